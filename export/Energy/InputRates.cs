using System.Runtime.InteropServices;
using Google.Protobuf;
using SpikingDetector.Core;
using SpikingDetector.Export.Graph;
using SpikingDetector.Proto;
using static SpikingDetector.Proto.TensorProto.Types;

namespace SpikingDetector.Export.Energy;

/// <summary>
/// Gives a graph an output of what energy is counted from: for each picture the mean of all that enters some layers. The exporter
/// names nodes after the module that they belong to, so a layer's inputs are the values that its nodes take from elsewhere, one
/// for each time step or one for all.
/// </summary>
internal static class InputRates
{
    /// <summary>Name of the output, float [N, layers].</summary>
    public const string Name = "input_rates";

    /// <summary>Adds the output, a column for each layer, unless it is there already.</summary>
    /// <param name="model">A graph of the exporter. The first side of its one input is N.</param>
    /// <param name="layers">Module paths, at least one.</param>
    /// <param name="path">The graph's file, for messages.</param>
    /// <exception cref="InvalidInputException">The graph has no nodes of a layer.</exception>
    public static void Attach(ModelProto model, IReadOnlyList<string> layers, string path)
    {
        GraphProto graph = model.Graph;
        if (graph.Output.Any(output => output.Name == Name))
            return;

        HashSet<string> constants = [.. graph.Initializer.Select(constant => constant.Name)];
        ILookup<string, NodeProto> modules = graph.Node.ToLookup(node => node.Name.Split('/')[0]);
        string[][] inputs = [.. layers.Select(layer => InputsOf([.. modules[layer]], constants))];
        if (Array.FindIndex(inputs, names => names.Length == 0) is >= 0 and int missing)
        {
            throw new InvalidInputException(
                $"{path} has no nodes named after the layer {layers[missing]}, so its input cannot be measured; export the checkpoint again.");
        }

        new Emission(graph, model.OpsetImport.First(set => set.Domain.Length == 0).Version).Emit(layers, inputs);
    }

    /// <summary>As often as they are taken: two steps may have the same input.</summary>
    private static string[] InputsOf(NodeProto[] nodes, HashSet<string> constants)
    {
        HashSet<string> inside = [.. nodes.SelectMany(node => node.Output)];
        return [.. nodes.SelectMany(node => node.Input).Where(name => name.Length > 0 && !constants.Contains(name) && !inside.Contains(name))];
    }

    /// <summary>Adds the nodes, named as the graph's others are.</summary>
    private sealed class Emission(GraphProto graph, long operatorSet)
    {
        private readonly NodeNames _names = new();

        public void Emit(IReadOnlyList<string> layers, string[][] inputs)
        {
            using IDisposable module = _names.EnterModule(Name);

            // Whether a value holds one step or all of them, the later step behind the earlier, its rows are steps of N pictures.
            ValueInfoProto input = graph.Input[0];
            string batch = Node("Shape", [input.Name], Attributes.Int("start", 0), Attributes.Int("end", 1));
            string rows = Node("Concat", [Constant("steps", -1), batch], Attributes.Int("axis", 0));
            string means = Node("Concat", [.. layers.Select((layer, i) => EmitLayer(layer, inputs[i], rows))], Attributes.Int("axis", 0));
            Node("Transpose", [means], Attributes.Ints("perm", 1, 0));
            graph.Node[^1].Output[0] = Name;

            var tensor = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float, Shape = new TensorShapeProto() };
            tensor.Shape.Dim.Add(input.Type.TensorType.Shape.Dim[0].Clone());
            tensor.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = layers.Count });
            graph.Output.Add(new ValueInfoProto { Name = Name, Type = new TypeProto { TensorType = tensor } });
        }

        /// <summary>A layer's means, [1, N].</summary>
        private string EmitLayer(string layer, string[] inputs, string rows)
        {
            using IDisposable module = _names.EnterModule($"{Name}.{layer}");
            string[] means = [.. inputs.Select(EmitRows)];
            string steps = means.Length == 1 ? means[0] : Node("Concat", means, Attributes.Int("axis", 0));
            return Mean(Node("Reshape", [steps, rows]), axis: 0, keepsSide: true);
        }

        /// <summary>The mean of each row of a layer's input.</summary>
        private string EmitRows(string input)
        {
            // Spikes of other precisions are bytes or half floats.
            string floats = Node("Cast", [input], Attributes.Int("to", (long)DataType.Float));
            return Mean(Node("Flatten", [floats], Attributes.Int("axis", 1)), axis: 1, keepsSide: false);
        }

        private string Mean(string value, long axis, bool keepsSide)
        {
            AttributeProto keeps = Attributes.Int("keepdims", keepsSide ? 1 : 0);
            return operatorSet < 18
                ? Node("ReduceMean", [value], Attributes.Ints("axes", axis), keeps)
                : Node("ReduceMean", [value, Constant($"axis/{axis}", axis)], keeps);
        }

        /// <summary>A vector of one number, that of the graph where it has one already.</summary>
        private string Constant(string name, long value)
        {
            var constant = new TensorProto
            {
                Name = $"{Name}/{name}",
                DataType = (int)DataType.Int64,
                Dims = { 1 },
                RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>([value])),
            };
            TensorProto? same = graph.Initializer.FirstOrDefault(other =>
                other.DataType == constant.DataType && other.Dims.Equals(constant.Dims) && other.RawData == constant.RawData);
            if (same is not null)
                return same.Name;
            graph.Initializer.Add(constant);
            return constant.Name;
        }

        private string Node(string type, string[] inputs, params ReadOnlySpan<AttributeProto> attributes)
        {
            var node = new NodeProto { Name = _names.Unique(type), OpType = type };
            node.Input.AddRange(inputs);
            node.Output.Add(node.Name);
            foreach (AttributeProto attribute in attributes)
                node.Attribute.Add(attribute);
            graph.Node.Add(node);
            return node.Name;
        }
    }
}
