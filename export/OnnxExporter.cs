using System.Reflection;
using System.Text.Json;
using SpikingDetector.Core;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Energy;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Calibration;
using SpikingDetector.Export.Energy;
using SpikingDetector.Export.Forms;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using SpikingDetector.Export.Quantization;
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
    /// <exception cref="InvalidInputException">An option does not fit the network, or calibration pictures are unusable.</exception>
    public static ModelProto Export(Checkpoint checkpoint, ExportOptions options) => ExportWithReport(checkpoint, options).Model;

    /// <summary>The model of a checkpoint, and what 8-bit numbers cost it.</summary>
    /// <inheritdoc cref="Export"/>
    public static ExportResult ExportWithReport(Checkpoint checkpoint, ExportOptions options, Action<int, int>? progress = null)
    {
        Check(checkpoint, options);
        InputSpec input = checkpoint.Spec.Input;
        if (options.Height is not null || options.Width is not null)
            checkpoint = checkpoint.WithInputSides(options.Height ?? input.Height, options.Width ?? input.Width);
        LayerScales? scales = options.Precision == ExportPrecision.Int8
            ? new LayerScales(checkpoint, CalibrationSamples.Collect(checkpoint, options.CalibrationFolder!, progress ?? ((_, _) => { })))
            : null;
        ModelProto model = Build(checkpoint, options, scales, null);
        return new ExportResult(model, scales?.Layers ?? []);
    }

    /// <summary>The float32 model with more outputs, for a calibration.</summary>
    internal static ModelProto ExportTapped(Checkpoint checkpoint, ActivationTaps taps) => Build(checkpoint, new ExportOptions(), null, taps);

    private static ModelProto Build(Checkpoint checkpoint, ExportOptions options, LayerScales? scales, ActivationTaps? taps)
    {
        ModelSpec spec = checkpoint.Spec;
        Dimension batch = options.Batch is { } size ? size : "N";
        var graph = new GraphBuilder(spec.Name, options.OperatorSet, options.Passes.HasFlag(GraphPasses.ShareConstants));
        var rates = new FiringRates();

        // What was faster on a processor with AVX-512 VNNI: a product of matrices gains by more rows, a convolution does not.
        // float16 is for GPUs, which are busy with fewer, larger nodes.
        bool folds = taps is null && (options.FoldTime ?? options.Precision is ExportPrecision.Int8Exact or ExportPrecision.Float16);
        var time = new TimeFolding(graph, spec.Backbone.TimeSteps, folds);
        IBackboneForm form = (options.Precision, spec.Backbone.Block) switch
        {
            (ExportPrecision.Int8Exact, _) => new WholeNumberForm(graph, checkpoint, rates, time, options.Passes),
            (ExportPrecision.Int8, BlockKind.Ann) => new EightBitReluForm(graph, checkpoint, scales!),
            (ExportPrecision.Int8, _) => new EightBitForm(graph, checkpoint, rates, time, options.Passes, scales!),
            (ExportPrecision.Float16, BlockKind.Ann) => new HalfReluForm(graph, checkpoint),
            (ExportPrecision.Float16, _) => new HalfForm(graph, checkpoint, rates, time, options.Passes),
            _ => new FloatForm(graph, checkpoint, rates, time, options.Passes, taps),
        };
        Activation[] features = EmitBackbone(graph, checkpoint, form, options.Passes, batch);
        if (spec.Task == ModelTask.Detection)
        {
            IDetectorForm detector = options.Precision == ExportPrecision.Int8
                ? new EightBitDetectorForm(graph, checkpoint, scales!)
                : new FloatDetectorForm(graph, checkpoint, taps, half: options.Precision == ExportPrecision.Float16);
            DetectorHead.Emit(graph, checkpoint, detector, features, batch, options.RawHeads);
        }
        else
        {
            ClassifierHead.Emit(graph, checkpoint, features[0].Value, batch);
        }

        var metadata = new List<KeyValuePair<string, string>>
        {
            new($"{MetadataPrefix}spec", spec.ToJson()),
            new($"{MetadataPrefix}version", Version),
            new($"{MetadataPrefix}precision", options.Precision.Name()),
            new($"{MetadataPrefix}checkpoint_sha256", checkpoint.ComputeSha256()),
        };
        IReadOnlyList<string> measured = options.Activity ? new EnergyModel(checkpoint.Network).SpikingLayers : [];
        if (options.Activity)
        {
            rates.Emit(graph, batch, features[0].Value);
            metadata.Add(new($"{MetadataPrefix}activity", rates.PathsAsJson));
        }

        if (measured.Count > 0)
            metadata.Add(new($"{MetadataPrefix}input_rates", JsonSerializer.Serialize(measured)));
        taps?.Emit(graph);
        ModelProto model = graph.Build(metadata);
        if (measured.Count > 0)
            InputRates.Attach(model, measured, checkpoint.Path);
        if (options.Passes.HasFlag(GraphPasses.RemoveUnread))
            UnreadParts.Remove(model.Graph);
        model.ProducerVersion = Version;
        ModelDocumentation.Write(model, spec, options.Precision);
        return model;
    }

    // Without the commit that a build may append: it says nothing about the file's content.
    private static string Version => typeof(OnnxExporter).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static void Check(Checkpoint checkpoint, ExportOptions options)
    {
        ModelSpec spec = checkpoint.Spec;
        if (options.Batch is < 1)
            throw new InvalidInputException($"The batch size is {options.Batch}; expected a whole number from 1.");
        if (options.OperatorSet is < OperatorSets.Oldest or > OperatorSets.Newest)
        {
            throw new InvalidInputException(
                $"The operator set is {options.OperatorSet}; expected a whole number from {OperatorSets.Oldest} to {OperatorSets.Newest}.");
        }

        if (options.RawHeads && spec.Task != ModelTask.Detection)
            throw new InvalidInputException($"{checkpoint.Path} is a classifier and has no raw heads to put out; leave --raw-heads away.");
        if (options.Precision == ExportPrecision.Int8Exact && spec.Backbone.Block == BlockKind.Ann)
        {
            throw new InvalidInputException(
                $"{checkpoint.Path} is an ordinary network, whose activations are no whole numbers; int8-exact is for spiking ones, "
                + "choose another --precision.");
        }

        const GraphPasses OfRounded = GraphPasses.FoldNormalisation | GraphPasses.OrGate;
        if (options.Precision != ExportPrecision.Float32 && (options.Passes & OfRounded) != OfRounded)
        {
            throw new InvalidInputException(
                $"{options.Precision.Name()} has no form without fold-normalisation and or-gate; leave these --without away, or export as float32.");
        }

        if (options.Precision == ExportPrecision.Int8 != options.CalibrationFolder is not null)
        {
            throw new InvalidInputException(options.CalibrationFolder is null
                ? "int8 needs pictures to choose its scales by: give --calibration a folder of some that the network was trained on."
                : $"Only int8 chooses scales by pictures; leave --calibration away, or give --precision int8.");
        }
    }

    /// <summary>The decoded features of the stages that have a decoder: the last one, in a detector stages 2, 3 and 4.</summary>
    private static Activation[] EmitBackbone(GraphBuilder graph, Checkpoint checkpoint, IBackboneForm form, GraphPasses passes, Dimension batch)
    {
        NetworkLayout network = checkpoint.Network;
        bool firesAfterJoin = checkpoint.Spec.Backbone.Block is BlockKind.Spiking or BlockKind.Ann;
        Maps maps = form.FireStem(Stem.Emit(graph, checkpoint, passes, batch));
        var outputs = new List<Maps>();
        foreach (StageLayout stage in network.Stages)
        {
            maps = Stage.Emit(form, stage, firesAfterJoin, maps);
            outputs.Add(maps);
        }

        return [.. network.Decoders.Select((decoder, i) =>
        {
            Maps output = outputs[network.FirstDecodedStage + i];
            Value decoded = CreateDecoder(graph, checkpoint, decoder).Emit(form.ToDecoder(output));
            return new Activation(decoded, output.Height, output.Width);
        })];
    }

    private static IDecoder CreateDecoder(GraphBuilder graph, Checkpoint checkpoint, DecoderLayout layout) => layout.Kind switch
    {
        DecoderKind.Attention => new AttentionDecoder(graph, checkpoint, layout),
        DecoderKind.Rate => new RateDecoder(graph, layout.Name),
        _ => throw new ArgumentOutOfRangeException(nameof(layout), layout.Kind, "unknown kind of decoder"),
    };
}
