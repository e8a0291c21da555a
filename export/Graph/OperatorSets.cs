namespace SpikingDetector.Export.Graph;

/// <summary>
/// Versions of the default domain's operators that graphs can be written in. The operators in use mean the same in all of
/// them; what was written another way once is in <see cref="Operators"/>.
/// </summary>
internal static class OperatorSets
{
    /// <summary>That of ONNX 1.12; every ONNX Runtime since 1.12 reads it.</summary>
    public const int Oldest = 17;

    /// <summary>That of ONNX 1.16; every ONNX Runtime since 1.18 reads it. Nothing newer is needed.</summary>
    public const int Newest = 21;

    /// <summary>The IR version of the first ONNX release with an operator set, which older programs do not refuse.</summary>
    public static int IrVersion(int operatorSet) => operatorSet switch
    {
        17 or 18 => 8,
        19 or 20 => 9,
        21 => 10,
        _ => throw new ArgumentOutOfRangeException(nameof(operatorSet), operatorSet, "unknown operator set"),
    };
}
