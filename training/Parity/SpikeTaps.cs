using System.Globalization;
using SpikingDetector.Core;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Proto;

namespace SpikingDetector.Training.Parity;

/// <summary>
/// Gives an exported graph of any precision outputs for the spikes of its neuron layers, float [N, C, h, w] of each step, or
/// [T·N, C, h, w] of all. The exporter names nodes after their module path and step, so that they are found by name.
/// </summary>
internal static class SpikeTaps
{
    /// <summary>The precision whose feature maps have their channels last.</summary>
    private const string ChannelsLastPrecision = "int8-exact";

    /// <summary>Adds the outputs to <paramref name="model"/>, and gives their names by layer, in the order of the steps.</summary>
    /// <param name="model">A graph of the exporter.</param>
    /// <param name="network">What it computes.</param>
    /// <param name="precision">As in the file's metadata.</param>
    /// <param name="path">The graph's file, for messages.</param>
    /// <exception cref="InvalidInputException">The graph has no nodes of a layer.</exception>
    public static Dictionary<string, string[]> Attach(ModelProto model, NetworkLayout network, string? precision, string path)
    {
        bool channelsLast = precision == ChannelsLastPrecision;
        var taps = new Dictionary<string, string[]>();
        foreach (string layer in network.NeuronLayers)
        {
            string[] spikes = layer == network.StemNeuron ? BehindStem(model.Graph, network, path) : OfSteps(model.Graph, layer, network, path);
            taps[layer] = [.. spikes.Select((value, i) => Emit(model.Graph, $"spikes/{layer}/{i}", value, channelsLast))];
        }

        return taps;
    }

    /// <summary>
    /// What the first convolution behind the stem reads. The stem's neurons have no spikes of their own in the graph where their
    /// closed form holds and a max-pool follows: periods are pooled there, not spikes.
    /// </summary>
    private static string[] BehindStem(GraphProto graph, NetworkLayout network, string path)
    {
        StageLayout stage = network.Stages[0];
        string reader = (stage.Entry?.Convolution ?? stage.Blocks[0].Branch[0].Convolution).Name;
        NodeProto[] nodes = [.. graph.Node.Where(node => node.Name.StartsWith($"{reader}/", StringComparison.Ordinal))];
        HashSet<string> known = [.. graph.Initializer.Select(constant => constant.Name), .. nodes.SelectMany(node => node.Output)];
        string[] read = [.. nodes.SelectMany(node => node.Input).Where(name => name.Length > 0 && !known.Contains(name))];
        return read.Length == 1 || read.Length == network.Spec.Backbone.TimeSteps ? read : throw Unknown(path, reader);
    }

    /// <summary>Every form of a neuron compares its charge with the threshold, at each step.</summary>
    private static string[] OfSteps(GraphProto graph, string layer, NetworkLayout network, string path)
    {
        return [.. Enumerable.Range(0, network.Spec.Backbone.TimeSteps).Select(Find)];

        string Find(int step)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{layer}/t{step}/GreaterOrEqual");
            return graph.Node.FirstOrDefault(node => node.Name == name)?.Output[0] ?? throw Unknown(path, name);
        }
    }

    private static InvalidInputException Unknown(string path, string node) =>
        new($"{path} has no nodes '{node}' as this version exports them, so its spikes cannot be compared; export the checkpoint again.");

    private static string Emit(GraphProto graph, string output, string spikes, bool channelsLast)
    {
        string floats = channelsLast ? $"{output}/floats" : output;
        NodeProto cast = Node("Cast", spikes, floats);
        cast.Attribute.Add(new AttributeProto
        {
            Name = "to",
            Type = AttributeProto.Types.AttributeType.Int,
            I = (long)TensorProto.Types.DataType.Float,
        });
        graph.Node.Add(cast);
        if (channelsLast)
        {
            NodeProto transpose = Node("Transpose", floats, output);
            transpose.Attribute.Add(new AttributeProto { Name = "perm", Type = AttributeProto.Types.AttributeType.Ints, Ints = { 0, 3, 1, 2 } });
            graph.Node.Add(transpose);
        }

        var type = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float };
        graph.Output.Add(new ValueInfoProto { Name = output, Type = new TypeProto { TensorType = type } });
        return output;
    }

    private static NodeProto Node(string operation, string input, string output)
    {
        var node = new NodeProto { Name = output, OpType = operation };
        node.Input.Add(input);
        node.Output.Add(output);
        return node;
    }
}
