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

    /// <summary>Equal parts along a side.</summary>
    public static Value[] Split(this GraphBuilder graph, Value value, int parts, int axis)
    {
        AttributeProto along = Attributes.Int("axis", axis);
        return graph.OperatorSet < 18
            ? graph.Op("Split", parts, [value], along)
            : graph.Op("Split", parts, [value], along, Attributes.Int("num_outputs", parts));
    }

    /// <summary>ReduceMean or ReduceMax, whose result has a side of length 1 in place of each that is reduced.</summary>
    public static Value Reduce(this GraphBuilder graph, string type, Value value, params long[] axes)
    {
        AttributeProto keeps = Attributes.Int("keepdims", 1);
        return graph.OperatorSet < 18
            ? graph.Op(type, [value], Attributes.Ints("axes", axes), keeps)
            : graph.Op(type, [value, graph.Vector<long>(axes)], keeps);
    }

    /// <summary>Floats to bytes.</summary>
    public static Value Quantize(this GraphBuilder graph, Value value, ByteScale scale) =>
        graph.Op("QuantizeLinear", [value, graph.Scalar(scale.Scale), graph.Scalar(scale.ZeroPoint)]);

    /// <summary>Bytes to floats.</summary>
    public static Value Dequantize(this GraphBuilder graph, Value value, ByteScale scale) =>
        graph.Op("DequantizeLinear", [value, graph.Scalar(scale.Scale), graph.Scalar(scale.ZeroPoint)]);

    /// <summary>
    /// A sum of bytes as bytes, which stops at the ends of its range, or of floats where one of the three is no byte.
    /// </summary>
    /// <param name="graph">Receives the nodes.</param>
    /// <param name="a">Bytes, or floats where they have no scale.</param>
    /// <param name="ofA">Scale of <paramref name="a"/>.</param>
    /// <param name="b">Bytes, or floats where they have no scale.</param>
    /// <param name="ofB">Scale of <paramref name="b"/>.</param>
    /// <param name="ofSum">Scale of the sum; null for floats.</param>
    /// <param name="rectifies">Whether ReLU follows; the zero point of a byte sum is 0 then.</param>
    public static Value AddMixed(
        this GraphBuilder graph, Value a, ByteScale? ofA, Value b, ByteScale? ofB, ByteScale? ofSum, bool rectifies = false)
    {
        if (ofA is { } scaleOfA && ofB is { } scaleOfB && ofSum is { } scaleOfSum)
        {
            return graph.OpOfMicrosoft(
                "QLinearAdd",
                [
                    a, graph.Scalar(scaleOfA.Scale), graph.Scalar(scaleOfA.ZeroPoint),
                    b, graph.Scalar(scaleOfB.Scale), graph.Scalar(scaleOfB.ZeroPoint),
                    graph.Scalar(scaleOfSum.Scale), graph.Scalar(scaleOfSum.ZeroPoint),
                ]);
        }

        Value sum = graph.Op("Add", [graph.ToFloat(a, ofA), graph.ToFloat(b, ofB)]);
        if (ofSum is { } rounded)
            return graph.Quantize(sum, rounded);
        return rectifies ? graph.Op("Relu", [sum]) : sum;
    }

    /// <summary>Floats of bytes; floats, which have no scale, as they are.</summary>
    public static Value ToFloat(this GraphBuilder graph, Value value, ByteScale? scale) =>
        scale is { } rounded ? graph.Dequantize(value, rounded) : value;
}
