using System.Runtime.InteropServices;
using Google.Protobuf;
using SpikingDetector.Proto;
using static SpikingDetector.Proto.TensorProto.Types;

namespace SpikingDetector.Export.Tests;

/// <summary>
/// A float16 graph in float32, every result rounded as float16 rounds it. ONNX Runtime on a CPU takes the roundings between
/// float16 nodes away, so that it cannot be asked what they do; a GPU has them.
/// </summary>
internal static class HalfRounding
{
    /// <summary>2¹³ + 1: float32 has 13 bits more than float16.</summary>
    private const float Splitter = 8193;

    /// <summary>Names of a graph's values that are float16.</summary>
    public static HashSet<string> HalvesOf(GraphProto graph)
    {
        HashSet<string> halves = [.. graph.Initializer.Where(IsHalf).Select(tensor => tensor.Name)];
        foreach (NodeProto node in graph.Node)
        {
            if (CastTo(node) is { } type ? type.I == (int)DataType.Float16 : node.Input.Any(halves.Contains))
                halves.UnionWith(node.Output);
        }

        return halves;
    }

    /// <summary>The same answers as those of a processor that computes in float16 and sums up in float32, but for numbers below 6e-5.</summary>
    public static ModelProto MakeExplicit(ModelProto model)
    {
        ModelProto result = model.Clone();
        GraphProto graph = result.Graph;
        HashSet<string> halves = HalvesOf(graph);
        foreach (TensorProto tensor in graph.Initializer.Where(IsHalf))
        {
            float[] floats = [.. MemoryMarshal.Cast<byte, Half>(tensor.RawData.Span).ToArray().Select(half => (float)half)];
            tensor.DataType = (int)DataType.Float;
            tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(floats));
        }

        graph.Initializer.Add(new TensorProto
        {
            Name = "splitter",
            DataType = (int)DataType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>([Splitter])),
        });
        NodeProto[] nodes = [.. graph.Node];
        graph.Node.Clear();
        foreach (NodeProto node in nodes)
        {
            // The others move numbers or pick the largest.
            bool rounds = halves.Contains(node.Output[0]) && node.OpType is "Conv" or "Add" or "Cast";
            if (rounds && CastTo(node) is { } type)
                type.I = (int)DataType.Float;
            graph.Node.Add(node);
            if (rounds)
                AddRounding(graph, node);
        }

        return result;
    }

    private static bool IsHalf(TensorProto tensor) => tensor.DataType == (int)DataType.Float16;

    private static AttributeProto? CastTo(NodeProto node) =>
        node.OpType == "Cast" ? node.Attribute.Single(attribute => attribute.Name == "to") : null;

    /// <summary>x·s − (x·s − x) with s = 2¹³ + 1 keeps the first 11 bits of x, to the nearest (Dekker 1971).</summary>
    private static void AddRounding(GraphProto graph, NodeProto node)
    {
        string name = node.Output.Single();
        node.Output[0] = $"{name}:exact";
        Add("Mul", $"{name}:scaled", node.Output[0], "splitter");
        Add("Sub", $"{name}:rest", $"{name}:scaled", node.Output[0]);
        Add("Sub", name, $"{name}:scaled", $"{name}:rest");

        void Add(string type, string output, params string[] inputs)
        {
            var added = new NodeProto { Name = $"rounding of {output}", OpType = type };
            added.Input.Add(inputs);
            added.Output.Add(output);
            graph.Node.Add(added);
        }
    }
}
