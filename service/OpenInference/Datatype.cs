namespace SpikingDetector.Service.OpenInference;

/// <summary>A tensor's element type, of those that this project's models have.</summary>
/// <param name="Name">As the protocol calls it.</param>
/// <param name="Size">Bytes of an element.</param>
internal sealed record Datatype(string Name, int Size)
{
    public static readonly Datatype UInt8 = new("UINT8", sizeof(byte));
    public static readonly Datatype Int64 = new("INT64", sizeof(long));
    public static readonly Datatype Fp32 = new("FP32", sizeof(float));
}
