using Microsoft.Extensions.Configuration.Memory;

namespace SpikingDetector.Service.Hosting;

internal static class DefaultAddress
{
    private const string Port = "8080";

    /// <summary>
    /// Listens on port 8080 of every interface unless any of the usual ASP.NET Core settings says otherwise. As the
    /// first source of all it gives way to each of them, the ASPNETCORE_ variables too.
    /// </summary>
    public static WebApplicationBuilder AddDefaultAddress(this WebApplicationBuilder builder)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = [new(WebHostDefaults.HttpPortsKey, Port)],
        });
        return builder;
    }
}
