using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace SpikingDetector.Service.Hosting;

/// <summary>
/// Takes the addresses of the settings from the server, which has them as endpoints: it would warn that these override them.
/// Runs between the server's learning of them and its start.
/// </summary>
internal sealed class PlainAddresses(IServer server) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next)
    {
        server.Features.Get<IServerAddressesFeature>()?.Addresses.Clear();
        return next;
    }
}
