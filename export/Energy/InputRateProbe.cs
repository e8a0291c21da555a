using Google.Protobuf.Collections;
using SpikingDetector.Core;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Energy;

/// <summary>
/// Gives a graph an output for each of some layers: the mean of all that enters it. The exporter names nodes after the
/// module that they belong to, so a layer's inputs are the values that its nodes take from elsewhere, one for each
/// time step or one for all.
/// </summary>
internal static class InputRateProbe
{
    /// <summary>The name of a layer's output, a float scalar.</summary>
    public static string OutputName(string layer) => $"input_rate/{layer}";

    /// <summary>Adds the outputs to <paramref name="model"/>.</summary>
    /// <param name="model">A graph of the exporter.</param>
    /// <param name="layers">Module paths.</param>
    /// <param name="path">The graph's file, for messages.</param>
    /// <exception cref="InvalidInputException">The graph has no nodes of a layer.</exception>
    public static void Attach(ModelProto model, IReadOnlyList<string> layers, string path)
    {
        GraphProto graph = model.Graph;
        HashSet<string> constants = [.. graph.Initializer.Select(constant => constant.Name)];
        ILookup<string, NodeProto> modules = graph.Node.ToLookup(node => node.Name.Split('/')[0]);
        foreach (string layer in layers)
        {
            string[] inputs = InputsOf([.. modules[layer]], constants);
            if (inputs.Length == 0)
            {
                throw new InvalidInputException(
                    $"{path} has no nodes named after the layer {layer}, so its input cannot be measured; export the checkpoint again.");
            }

            Emit(graph, layer, inputs);
        }
    }

    /// <summary>As often as they are taken: two steps may have the same input.</summary>
    private static string[] InputsOf(NodeProto[] nodes, HashSet<string> constants)
    {
        HashSet<string> inside = [.. nodes.SelectMany(node => node.Output)];
        return [.. nodes.SelectMany(node => node.Input).Where(name => name.Length > 0 && !constants.Contains(name) && !inside.Contains(name))];
    }

    private static void Emit(GraphProto graph, string layer, string[] inputs)
    {
        string output = OutputName(layer);
        var means = new RepeatedField<string>();
        foreach ((int i, string input) in inputs.Index())
        {
            // Spikes of other precisions are bytes or half floats.
            graph.Node.Add(Node("Cast", $"{output}/floats/{i}", [input], ("to", (long)TensorProto.Types.DataType.Float)));
            graph.Node.Add(Node("ReduceMean", $"{output}/mean/{i}", [$"{output}/floats/{i}"], ("keepdims", 0)));
            means.Add($"{output}/mean/{i}");
        }

        graph.Node.Add(Node("Mean", output, means));
        graph.Output.Add(new ValueInfoProto
        {
            Name = output,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = new TensorShapeProto() },
            },
        });
    }

    private static NodeProto Node(string type, string output, IEnumerable<string> inputs, params (string Name, long Value)[] attributes)
    {
        var node = new NodeProto { Name = output, OpType = type };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        foreach ((string name, long value) in attributes)
            node.Attribute.Add(Graph.Attributes.Int(name, value));
        return node;
    }
}
