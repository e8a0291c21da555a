using SpikingDetector.Core;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Inference;
using SpikingDetector.Proto;
using DataType = SpikingDetector.Proto.TensorProto.Types.DataType;

namespace SpikingDetector.Export.Inspection;

/// <summary>What an ONNX file holds, of any producer.</summary>
internal sealed class ModelSummary
{
    /// <summary>How the exporter's keys begin.</summary>
    public const string MetadataPrefix = "spiking_detector.";

    private readonly ModelProto _model;

    private ModelSummary(ModelProto model, string path, long bytes)
    {
        _model = model;
        Path = path;
        Bytes = bytes;
        Metadata = Group(model.MetadataProps, entry => entry.Key).ToDictionary(group => group.Key, group => group.Last().Value);
        (Spec, SpecProblem) = ReadSpec();
        Operators = [.. Group(model.Graph.Node, NameOf).Select(group => (group.Key, group.Count())).OrderByDescending(group => group.Item2)];
        Constants =
        [
            .. Group(model.Graph.Initializer, tensor => ValueText.TypeName(tensor.DataType))
                .Select(group => new ConstantCount(group.Key, group.Count(), group.Sum(Elements)))
                .OrderByDescending(count => count.Elements),
        ];
        QuantisedLayers = LayersWithWeightsOf(DataType.Int8, DataType.Uint8);
        HalfLayers = LayersWithWeightsOf(DataType.Float16);
    }

    public string Path { get; }

    /// <summary>Size of the file.</summary>
    public long Bytes { get; }

    /// <summary>The network; null where the file is not one of this project, or its spec is not valid.</summary>
    public ModelSpec? Spec { get; }

    /// <summary>What is wrong with the spec, or null.</summary>
    public string? SpecProblem { get; }

    /// <summary>What training learned; null without a spec.</summary>
    public long? Parameters => Spec is null ? null : NetworkCost.Of(NetworkLayout.Of(Spec)).Parameters;

    /// <summary>All entries of the metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Program and version that wrote the file, as far as it says.</summary>
    public string Producer => $"{_model.ProducerName} {_model.ProducerVersion}".Trim();

    /// <summary>The file's own words about itself; may be empty.</summary>
    public string Description => _model.DocString;

    public long IrVersion => _model.IrVersion;

    /// <summary>Versions of the operator sets, that of the default domain under <c>ai.onnx</c>.</summary>
    public IReadOnlyList<(string Domain, long Version)> OperatorSets =>
        [.. _model.OpsetImport.Select(set => (set.Domain.Length == 0 ? "ai.onnx" : set.Domain, set.Version))];

    /// <summary>Without the constants that old files list among them.</summary>
    public IReadOnlyList<ValueInfoProto> Inputs
    {
        get
        {
            HashSet<string> constants = [.. _model.Graph.Initializer.Select(tensor => tensor.Name)];
            return [.. _model.Graph.Input.Where(input => !constants.Contains(input.Name))];
        }
    }

    public IReadOnlyList<ValueInfoProto> Outputs => _model.Graph.Output;

    public int NodeCount => _model.Graph.Node.Count;

    /// <summary>How many nodes there are of each operator, the most frequent first.</summary>
    public IReadOnlyList<(string Operator, int Nodes)> Operators { get; }

    /// <summary>The constants by element type, the most elements first.</summary>
    public IReadOnlyList<ConstantCount> Constants { get; }

    /// <summary>
    /// What has weights of 8 bits: in this project's files the layers' module paths, else the weights' own names; in the
    /// order of execution.
    /// </summary>
    public IReadOnlyList<string> QuantisedLayers { get; }

    /// <summary>What has weights of float16, in the same way.</summary>
    public IReadOnlyList<string> HalfLayers { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidInputException">There is no such file, or it is no ONNX file.</exception>
    public static ModelSummary Read(string path) => new(OnnxFile.Read(path), path, new FileInfo(path).Length);

    private static IEnumerable<IGrouping<string, T>> Group<T>(IEnumerable<T> items, Func<T, string> key) =>
        items.GroupBy(key, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal);

    private static string NameOf(NodeProto node) => node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}";

    private static long Elements(TensorProto tensor) => tensor.Dims.Aggregate(1L, (product, side) => product * side);

    private (ModelSpec? Spec, string? Problem) ReadSpec()
    {
        if (!Metadata.TryGetValue(ModelMetadata.SpecKey, out string? json))
            return (null, null);
        try
        {
            return (ModelSpec.Parse(json, $"metadata '{ModelMetadata.SpecKey}'"), null);
        }
        catch (InvalidInputException exception)
        {
            return (null, exception.Message);
        }
    }

    private List<string> LayersWithWeightsOf(params DataType[] types)
    {
        // Scales and zero points are vectors at most.
        HashSet<string> weights =
        [
            .. _model.Graph.Initializer
                .Where(tensor => types.Contains((DataType)tensor.DataType))
                .Where(tensor => tensor.Dims.Count > 1)
                .Select(tensor => tensor.Name),
        ];
        return
        [
            .. _model.Graph.Node
                .SelectMany(node => node.Input.Where(weights.Contains).Select(weight => Spec is null ? weight : node.Name.Split('/')[0]))
                .Distinct(),
        ];
    }
}
