using System.ComponentModel.DataAnnotations;
using System.Net;

namespace SpikingDetector.Service.Edge;

/// <summary>What the server takes from the network: the configuration section <c>Server</c>.</summary>
internal sealed class ServerOptions : IValidatableObject
{
    public const string Section = "Server";

    /// <summary>
    /// Most open connections: 1…1,000,000, 1024 unless set. Any more are closed at once. A connection holds little memory, but a
    /// file handle.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 1024;

    /// <summary>Most headers of a request: 10…1000, 100 unless set; more are 431.</summary>
    [Range(10, 1000)]
    public int MaxHeaders { get; set; } = 100;

    /// <summary>Most bytes of a request's headers together: 1 KiB…1 MiB, 16 KiB unless set; more are 431.</summary>
    [Range(1 << 10, 1 << 20)]
    public int MaxHeaderBytes { get; set; } = 16 << 10;

    /// <summary>Most bytes of a request's first line, address and query: 256…64 KiB, 8 KiB unless set; more are 414.</summary>
    [Range(256, 64 << 10)]
    public int MaxRequestLineBytes { get; set; } = 8 << 10;

    /// <summary>Seconds in which a request's headers have to come: 1…600, 10 unless set; later is 408.</summary>
    [Range(1, 600)]
    public int HeadersTimeoutSeconds { get; set; } = 10;

    /// <summary>Seconds that a connection without a request stays open: 1…3600, 120 unless set.</summary>
    [Range(1, 3600)]
    public int KeepAliveTimeoutSeconds { get; set; } = 120;

    /// <summary>
    /// Bytes of a body that have to come each second, on average since its begin: 0 (no such limit)…100 million, 240 unless
    /// set; fewer are 408.
    /// </summary>
    [Range(0, 100_000_000)]
    public int MinBodyBytesPerSecond { get; set; } = 240;

    /// <summary>Seconds before that rate is asked for: 2…600, 5 unless set.</summary>
    [Range(2, 600)]
    public int MinBodyRateGraceSeconds { get; set; } = 5;

    /// <summary>
    /// Seconds in which a whole body has to come, however steadily it does: 1…86,400, 120 unless set, which lets the largest body
    /// come at 1.4 Mbit/s; later is 408.
    /// </summary>
    [Range(1, 86_400)]
    public int BodyTimeoutSeconds { get; set; } = 120;

    /// <summary>
    /// Addresses (<c>10.0.0.7</c>, <c>::1</c>) and networks (<c>10.0.0.0/8</c>) of the proxies in front, whose
    /// <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed; none unless set, and then nobody's are.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary><see cref="TrustedProxies"/>, an address as a network of its own.</summary>
    public IEnumerable<IPNetwork> TrustedNetworks => TrustedProxies.Select(text => Parse(text)!.Value);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (string text in TrustedProxies)
        {
            if (Parse(text) is null)
            {
                yield return new ValidationResult(
                    $"TrustedProxies has '{text}', which is neither an address, such as 10.0.0.7, nor a network, such as 10.0.0.0/8.",
                    [nameof(TrustedProxies)]);
            }
        }
    }

    private static IPNetwork? Parse(string text)
    {
        if (IPAddress.TryParse(text, out IPAddress? address))
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return IPNetwork.TryParse(text, out IPNetwork network) ? network : null;
    }
}
