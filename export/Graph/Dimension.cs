using SpikingDetector.Proto;

namespace SpikingDetector.Export.Graph;

/// <summary>One side of an input's or output's shape: a size, or a name for a size that a caller chooses.</summary>
internal readonly record struct Dimension(long? Size, string? Symbol)
{
    public static implicit operator Dimension(long size) => new(size, null);

    public static implicit operator Dimension(string symbol) => new(null, symbol);

    public TensorShapeProto.Types.Dimension ToProto() => Size is { } size
        ? new TensorShapeProto.Types.Dimension { DimValue = size }
        : new TensorShapeProto.Types.Dimension { DimParam = Symbol };
}
