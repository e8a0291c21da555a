using System.Globalization;
using Google.Protobuf.Collections;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Graph;

/// <summary>
/// Builds a graph node by node. Nodes are named after the module that is open when they are added, constants with the
/// same content are stored once unless told otherwise, and the same calls in the same order give the same bytes.
/// </summary>
/// <param name="name">Of the graph.</param>
/// <param name="operatorSet">Version of the default domain's operators, one of <see cref="OperatorSets"/>.</param>
/// <param name="sharesConstants">Whether constants with the same content are stored once.</param>
internal sealed class GraphBuilder(string name, int operatorSet = OperatorSets.Newest, bool sharesConstants = true)
{
    private const string MicrosoftDomain = "com.microsoft";

    private readonly GraphProto _graph = new() { Name = name };
    private readonly NodeNames _names = new();
    private readonly InitializerTable _initializers = new(sharesConstants);
    private readonly Dictionary<string, string> _outputNames = [];
    private bool _usesMicrosoftDomain;

    /// <summary>Version of the default domain's operators.</summary>
    public int OperatorSet => operatorSet;

    /// <summary>Opens a module by its full path, such as <c>layer1.0.sn1</c>, until the result is disposed.</summary>
    public IDisposable Module(string path) => _names.EnterModule(path);

    /// <summary>Opens a part of the current module, such as a time step <c>t2</c>, until the result is disposed.</summary>
    public IDisposable Part(string name) => _names.EnterPart(name);

    /// <summary>Declares an input of the whole graph under exactly this name.</summary>
    public Value Input<T>(string name, params Dimension[] shape)
        where T : unmanaged
    {
        _graph.Input.Add(Describe<T>(TakeWhole(name), shape));
        return new Value(name);
    }

    /// <summary>A constant under its full name, e.g. <c>layer1.0.conv1.weight</c>.</summary>
    public Value Initializer<T>(string name, ReadOnlySpan<T> elements, params ReadOnlySpan<long> shape)
        where T : unmanaged =>
        _initializers.Add(() => _names.Reserve(name), elements, shape);

    /// <summary>A scalar, named after its value.</summary>
    public Value Scalar<T>(T value)
        where T : unmanaged, IFormattable =>
        Initializer(ConstantName<T>([value]), [value]);

    /// <summary>A vector, named after its first values.</summary>
    public Value Vector<T>(params ReadOnlySpan<T> values)
        where T : unmanaged, IFormattable =>
        Initializer(ConstantName(values), values, values.Length);

    /// <summary>Adds a node with one output.</summary>
    public Value Op(string type, ReadOnlySpan<Value> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        NodeProto node = AddNode(type, inputs, attributes);
        node.Output.Add(node.Name);
        return new Value(node.Name);
    }

    /// <summary>Adds a node with several outputs.</summary>
    public Value[] Op(string type, int outputs, ReadOnlySpan<Value> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        NodeProto node = AddNode(type, inputs, attributes);
        var values = new Value[outputs];
        for (int i = 0; i < outputs; i++)
        {
            values[i] = new Value(_names.Reserve($"{node.Name}:{i}"));
            node.Output.Add(values[i].Name);
        }

        return values;
    }

    /// <summary>Adds a node with one output of ONNX Runtime's own domain, which no other runtime has to know.</summary>
    public Value OpOfMicrosoft(string type, ReadOnlySpan<Value> inputs)
    {
        _usesMicrosoftDomain = true;
        NodeProto node = AddNode(type, inputs, []);
        node.Domain = MicrosoftDomain;
        node.Output.Add(node.Name);
        return new Value(node.Name);
    }

    /// <summary>Makes a node's value an output of the whole graph under exactly this name.</summary>
    public void Output<T>(string name, Value value, params Dimension[] shape)
        where T : unmanaged
    {
        _outputNames.Add(value.Name, TakeWhole(name));
        _graph.Output.Add(Describe<T>(name, shape));
    }

    /// <summary>The finished model.</summary>
    /// <param name="metadata">Written in the given order.</param>
    public ModelProto Build(IEnumerable<KeyValuePair<string, string>> metadata)
    {
        GraphProto graph = _graph.Clone();
        graph.Initializer.AddRange(_initializers.Tensors);
        foreach (NodeProto node in graph.Node)
        {
            Rename(node.Input);
            Rename(node.Output);
        }

        var model = new ModelProto { IrVersion = OperatorSets.IrVersion(operatorSet), ProducerName = "spiking-detector", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = operatorSet });
        if (_usesMicrosoftDomain)
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = MicrosoftDomain, Version = 1 });
        foreach ((string key, string value) in metadata)
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return model;
    }

    private NodeProto AddNode(string type, ReadOnlySpan<Value> inputs, ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { Name = _names.Unique(type), OpType = type };
        foreach (Value input in inputs)
            node.Input.Add(input.Name);
        foreach (AttributeProto attribute in attributes)
            node.Attribute.Add(attribute);
        _graph.Node.Add(node);
        return node;
    }

    private void Rename(RepeatedField<string> names)
    {
        for (int i = 0; i < names.Count; i++)
            names[i] = _outputNames.GetValueOrDefault(names[i], names[i]);
    }

    private string TakeWhole(string name) => _names.Reserve(name) == name
        ? name
        : throw new InvalidOperationException($"The name '{name}' is already used in the graph.");

    private static string ConstantName<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IFormattable
    {
        const int Shown = 8;
        var words = new List<string> { "constant", ElementTypes.Of<T>().ToString().ToLowerInvariant() };
        foreach (T value in values[..Math.Min(values.Length, Shown)])
            words.Add(value.ToString(null, CultureInfo.InvariantCulture));
        return string.Join('/', words);
    }

    private static ValueInfoProto Describe<T>(string name, Dimension[] shape)
        where T : unmanaged
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)ElementTypes.Of<T>(), Shape = new TensorShapeProto() };
        tensor.Shape.Dim.AddRange(shape.Select(side => side.ToProto()));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
