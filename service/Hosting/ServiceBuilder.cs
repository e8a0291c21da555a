namespace SpikingDetector.Service.Hosting;

internal static class ServiceBuilder
{
    /// <summary>
    /// A builder whose files (settings, page, models) are those beside the program, whatever folder it is started in.
    /// </summary>
    public static WebApplicationBuilder Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        return builder;
    }
}
