using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace SpikingDetector.Service.Benchmarks;

internal static class ServerAddress
{
    /// <summary>A port that the system chooses.</summary>
    public const string AnyLocal = "http://127.0.0.1:0";

    /// <summary>Where a server that has been started listens.</summary>
    public static Uri Of(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
}
