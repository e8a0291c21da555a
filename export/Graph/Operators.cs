using SpikingDetector.Export.Quantization;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Graph;

/// <summary>Nodes that many layers add.</summary>
internal static class Operators
{
    public static Value Cast(this GraphBuilder graph, Value value, TensorProto.Types.DataType type) =>
        graph.Op("Cast", [value], Attributes.Int("to", (int)type));

    /// <param name="graph">Receives the node.</param>
    /// <param name="value">Of as many dimensions as the order has numbers.</param>
    /// <param name="order">For each dimension of the result, which one it was.</param>
    public static Value Transpose(this GraphBuilder graph, Value value, params long[] order) =>
        graph.Op("Transpose", [value], Attributes.Ints("perm", order));

    /// <summary>Floats to bytes.</summary>
    public static Value Quantize(this GraphBuilder graph, Value value, ByteScale scale) =>
        graph.Op("QuantizeLinear", [value, graph.Scalar(scale.Scale), graph.Scalar(scale.ZeroPoint)]);

    /// <summary>Bytes to floats.</summary>
    public static Value Dequantize(this GraphBuilder graph, Value value, ByteScale scale) =>
        graph.Op("DequantizeLinear", [value, graph.Scalar(scale.Scale), graph.Scalar(scale.ZeroPoint)]);

    /// <summary>The sum of bytes as bytes, which stops at the ends of its range.</summary>
    public static Value AddBytes(this GraphBuilder graph, Value a, ByteScale ofA, Value b, ByteScale ofB, ByteScale sum) =>
        graph.OpOfMicrosoft(
            "QLinearAdd",
            [
                a, graph.Scalar(ofA.Scale), graph.Scalar(ofA.ZeroPoint),
                b, graph.Scalar(ofB.Scale), graph.Scalar(ofB.ZeroPoint),
                graph.Scalar(sum.Scale), graph.Scalar(sum.ZeroPoint),
            ]);
}
