namespace SpikingDetector.Service.OpenInference;

/// <summary>The answer of <c>GET /v2</c>.</summary>
/// <param name="Name">Of the server.</param>
/// <param name="Version">Of the server.</param>
/// <param name="Extensions">Of the protocol, that it has.</param>
internal sealed record ServerMetadata(string Name, string Version, IReadOnlyList<string> Extensions)
{
    public static ServerMetadata Current { get; } = new(
        "spiking-detector", typeof(ServerMetadata).Assembly.GetName().Version!.ToString(3), ["binary_tensor_data"]);
}
