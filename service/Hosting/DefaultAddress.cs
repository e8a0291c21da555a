namespace SpikingDetector.Service.Hosting;

internal static class DefaultAddress
{
    private const string Port = "8080";

    /// <summary>
    /// Listens on port 8080 of every interface unless any of the usual ASP.NET Core settings (URLs, ports, Kestrel's
    /// endpoints) says otherwise.
    /// </summary>
    public static WebApplicationBuilder AddDefaultAddress(this WebApplicationBuilder builder)
    {
        ConfigurationManager settings = builder.Configuration;
        string[] addresses = [WebHostDefaults.ServerUrlsKey, WebHostDefaults.HttpPortsKey, WebHostDefaults.HttpsPortsKey];
        if (addresses.All(key => string.IsNullOrEmpty(settings[key])) && !settings.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseSetting(WebHostDefaults.HttpPortsKey, Port);
        return builder;
    }
}
