using System.Reflection;
using SpikingDetector.Core;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Forms;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using SpikingDetector.Proto;

namespace SpikingDetector.Export;

/// <summary>
/// Writes a checkpoint's network as one static ONNX graph of standard operators: RGB bytes or event counts in, answers out, all time
/// steps unrolled. The same checkpoint and options give the same bytes.
/// </summary>
public static class OnnxExporter
{
    private const string MetadataPrefix = "spiking_detector.";

    /// <summary>The model of a checkpoint.</summary>
    /// <exception cref="InvalidInputException">An option does not fit the network.</exception>
    public static ModelProto Export(Checkpoint checkpoint, ExportOptions options)
    {
        ModelSpec spec = checkpoint.Spec;
        Check(checkpoint, options);
        Dimension batch = options.Batch is { } size ? size : "N";
        var graph = new GraphBuilder(spec.Name);
        var rates = new FiringRates();

        Value[] features = EmitBackbone(graph, checkpoint, CreateForm(graph, checkpoint, rates, options.Precision), batch);
        if (spec.Task == ModelTask.Detection)
            DetectorHead.Emit(graph, checkpoint, features, batch, options.RawHeads);
        else
            ClassifierHead.Emit(graph, checkpoint, features[0], batch);

        var metadata = new List<KeyValuePair<string, string>>
        {
            new($"{MetadataPrefix}spec", spec.ToJson()),
            new($"{MetadataPrefix}version", Version),
            new($"{MetadataPrefix}precision", options.Precision.Name()),
            new($"{MetadataPrefix}checkpoint_sha256", checkpoint.ComputeSha256()),
        };
        if (options.Activity)
        {
            rates.Emit(graph, batch, features[0]);
            metadata.Add(new($"{MetadataPrefix}activity", rates.PathsAsJson));
        }

        return graph.Build(metadata);
    }

    // Without the commit that a build may append: it says nothing about the file's content.
    private static string Version => typeof(OnnxExporter).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static void Check(Checkpoint checkpoint, ExportOptions options)
    {
        ModelSpec spec = checkpoint.Spec;
        if (options.Batch is < 1)
            throw new InvalidInputException($"The batch size is {options.Batch}; expected a whole number from 1.");
        if (options.RawHeads && spec.Task != ModelTask.Detection)
            throw new InvalidInputException($"{checkpoint.Path} is a classifier and has no raw heads to put out; leave --raw-heads away.");
        if (options.Precision == ExportPrecision.Int8Exact && spec.Backbone.Block == BlockKind.Ann)
        {
            throw new InvalidInputException(
                $"{checkpoint.Path} is an ordinary network, whose activations are no whole numbers; int8-exact is for spiking ones, "
                + "choose another --precision.");
        }
    }

    private static IBackboneForm CreateForm(GraphBuilder graph, Checkpoint checkpoint, FiringRates rates, ExportPrecision precision) =>
        precision switch
        {
            ExportPrecision.Float32 => new FloatForm(graph, checkpoint, rates),
            ExportPrecision.Int8Exact => new WholeNumberForm(graph, checkpoint, rates),
            _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "unknown precision"),
        };

    /// <summary>The decoded features of the stages that have a decoder: the last one, in a detector stages 2, 3 and 4.</summary>
    private static Value[] EmitBackbone(GraphBuilder graph, Checkpoint checkpoint, IBackboneForm form, Dimension batch)
    {
        NetworkLayout network = checkpoint.Network;
        bool firesAfterJoin = checkpoint.Spec.Backbone.Block is BlockKind.Spiking or BlockKind.Ann;
        Maps maps = form.FireStem(Stem.Emit(graph, checkpoint, batch));
        var outputs = new List<Maps>();
        foreach (StageLayout stage in network.Stages)
        {
            maps = Stage.Emit(form, stage, firesAfterJoin, maps);
            outputs.Add(maps);
        }

        return [.. network.Decoders.Select((decoder, i) =>
            CreateDecoder(graph, checkpoint, decoder).Emit(form.ToDecoder(outputs[network.FirstDecodedStage + i])))];
    }

    private static IDecoder CreateDecoder(GraphBuilder graph, Checkpoint checkpoint, DecoderLayout layout) => layout.Kind switch
    {
        DecoderKind.Attention => new AttentionDecoder(graph, checkpoint, layout),
        DecoderKind.Rate => new RateDecoder(graph, layout.Name),
        _ => throw new ArgumentOutOfRangeException(nameof(layout), layout.Kind, "unknown kind of decoder"),
    };
}
