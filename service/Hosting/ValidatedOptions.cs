namespace SpikingDetector.Service.Hosting;

internal static class ValidatedOptions
{
    /// <summary>
    /// Options from a configuration section, held against their ranges when the service starts. A key that the options
    /// do not have is refused too: a misspelt setting would otherwise be ignored.
    /// </summary>
    public static void AddValidatedOptions<T>(this WebApplicationBuilder builder, string section)
        where T : class
    {
        builder.Services.AddOptions<T>()
            .Bind(builder.Configuration.GetSection(section), binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations()
            .ValidateOnStart();
    }
}
