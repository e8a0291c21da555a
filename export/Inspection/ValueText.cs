using System.Globalization;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Inspection;

/// <summary>A graph's inputs and outputs in words.</summary>
internal static class ValueText
{
    /// <summary>For example <c>image: uint8 [N, 32, 32, 3]</c>; what is no tensor has its name only.</summary>
    public static string Of(ValueInfoProto value) => value.Type?.TensorType is { } tensor
        ? $"{value.Name}: {TypeName(tensor.ElemType)} [{string.Join(", ", Sides(tensor))}]"
        : value.Name;

    /// <summary>The sides' lengths or names; <c>?</c> where a side has neither.</summary>
    public static IEnumerable<string> Sides(TypeProto.Types.Tensor tensor) => (tensor.Shape?.Dim ?? []).Select(side =>
        side.HasDimValue ? side.DimValue.ToString(CultureInfo.InvariantCulture) : side.DimParam.Length > 0 ? side.DimParam : "?");

    /// <summary>ONNX's name of an element type, such as <c>float</c>, <c>uint8</c> or <c>int64</c>.</summary>
    public static string TypeName(int elementType) => ((TensorProto.Types.DataType)elementType).ToString().ToLowerInvariant();
}
