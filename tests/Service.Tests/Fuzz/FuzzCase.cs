namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>Where the bytes of a case go.</summary>
internal enum FuzzTarget
{
    /// <summary>A connection to the port that speaks HTTP/1.1.</summary>
    Http,

    /// <summary>A connection to the port that speaks HTTP/2 without TLS.</summary>
    Http2,

    /// <summary>The body of a well-framed gRPC call.</summary>
    Grpc,
}

/// <summary>One hostile request; its seed makes it again.</summary>
/// <param name="Seed">What decides all of it.</param>
/// <param name="Kind">What it is, for the report.</param>
/// <param name="Target">Where it goes.</param>
/// <param name="Bytes">What is sent.</param>
/// <param name="IsWhole">Whether the request comes to its end, so that it has to be answered.</param>
/// <param name="Path">The method of a gRPC call.</param>
internal sealed record FuzzCase(int Seed, string Kind, FuzzTarget Target, byte[] Bytes, bool IsWhole, string Path = "")
{
    public static FuzzCase Of(int seed)
    {
        var dice = new Dice(seed);
        return dice.Below(100) switch
        {
            < 35 => Whole(seed, "picture", FuzzRequests.Picture(dice)),
            < 40 => Whole(seed, "events", FuzzRequests.Events(dice)),
            < 58 => Whole(seed, "form", FuzzForms.Request(dice)),
            < 70 => Whole(seed, "json", FuzzJson.Request(dice)),
            < 84 => Whole(seed, "tensors", FuzzTensors.Request(dice)),
            < 92 => FuzzHttp.Case(seed, dice),
            < 97 => FuzzGrpc.Call(seed, dice),
            _ => FuzzGrpc.Connection(seed, dice),
        };
    }

    public override string ToString() => $"seed {Seed} ({Kind}, {Bytes.Length} bytes)";

    private static FuzzCase Whole(int seed, string kind, byte[] bytes) => new(seed, kind, FuzzTarget.Http, bytes, IsWhole: true);
}
