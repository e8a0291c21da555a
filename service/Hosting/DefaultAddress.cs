using SpikingDetector.Core;
using SpikingDetector.Service.Grpc;

namespace SpikingDetector.Service.Hosting;

/// <summary>Where the service listens, beyond what ASP.NET Core's own settings say.</summary>
internal static class DefaultAddress
{
    /// <summary>Where HTTP is spoken unless a setting says otherwise.</summary>
    public const string Port = "8080";

    /// <summary>Where gRPC is spoken unless a setting says otherwise.</summary>
    public const string GrpcUrl = "http://*:8081";

    private const string Endpoints = "Kestrel:Endpoints";

    /// <summary>
    /// Listens on port 8080, and for gRPC on port 8081, of every interface, unless any of the usual ASP.NET Core settings (URLs,
    /// ports, Kestrel's endpoints) says otherwise: then these hold, and gRPC has an address of its own only where
    /// <see cref="GrpcOptions.Url"/> says so.
    /// </summary>
    /// <exception cref="InvalidInputException">The address for gRPC is none.</exception>
    public static WebApplicationBuilder AddDefaultAddress(this WebApplicationBuilder builder)
    {
        ConfigurationManager settings = builder.Configuration;
        bool isDefault = Addresses(settings).Length == 0 && !settings.GetSection(Endpoints).Exists();
        if (isDefault)
            builder.WebHost.UseSetting(WebHostDefaults.HttpPortsKey, Port);

        string? grpc = settings[GrpcOptions.UrlKey] ?? (isDefault ? GrpcUrl : null);
        if (!string.IsNullOrEmpty(grpc))
            AddEndpoint(builder, grpc);
        return builder;
    }

    /// <summary>
    /// Only an endpoint of Kestrel's can say which HTTP it speaks, and where there is one Kestrel overrides the plain addresses
    /// with a warning. So these become endpoints, too.
    /// </summary>
    private static void AddEndpoint(WebApplicationBuilder builder, string grpc)
    {
        CheckAddress(grpc);
        ConfigureWebHostBuilder host = builder.WebHost;
        if (!builder.Configuration.GetSection(Endpoints).Exists())
        {
            string[] addresses = Addresses(builder.Configuration);
            for (int i = 0; i < addresses.Length; i++)
                host.UseSetting($"{Endpoints}:Http{i}:Url", addresses[i]);
            builder.Services.AddSingleton<IStartupFilter, PlainAddresses>();
        }

        host.UseSetting($"{Endpoints}:Grpc:Url", grpc);
        host.UseSetting($"{Endpoints}:Grpc:Protocols", "Http2");
    }

    /// <summary>As ASP.NET Core reads them: the ports count where there are no URLs.</summary>
    private static string[] Addresses(ConfigurationManager settings)
    {
        string[] urls = Split(settings[WebHostDefaults.ServerUrlsKey]);
        return urls.Length > 0
            ? urls
            :
            [
                .. Split(settings[WebHostDefaults.HttpPortsKey]).Select(port => $"http://*:{port}"),
                .. Split(settings[WebHostDefaults.HttpsPortsKey]).Select(port => $"https://*:{port}"),
            ];
    }

    private static string[] Split(string? list) =>
        (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static void CheckAddress(string url)
    {
        try
        {
            BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            throw new InvalidInputException($"{GrpcOptions.UrlKey} is '{url}'; expected an address to listen on, such as {GrpcUrl}.");
        }
    }
}
