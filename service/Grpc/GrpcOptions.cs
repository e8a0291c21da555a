namespace SpikingDetector.Service.Grpc;

/// <summary>Where gRPC is spoken: the configuration section <c>Grpc</c>.</summary>
internal sealed class GrpcOptions
{
    public const string Section = "Grpc";

    /// <summary>Key of <see cref="Url"/>, which decides where the server listens before there are options.</summary>
    public const string UrlKey = $"{Section}:{nameof(Url)}";

    /// <summary>
    /// An address of its own for gRPC, such as <c>http://*:8081</c>: without TLS one port cannot have HTTP/1.1 and HTTP/2. Empty:
    /// none. Unless set, port 8081 of every interface where no setting says where to listen, else none. An HTTPS address speaks
    /// gRPC besides everything else and needs no other.
    /// </summary>
    public string? Url { get; set; }
}
