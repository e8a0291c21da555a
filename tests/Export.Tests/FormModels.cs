using System.Collections.Concurrent;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Tests;

/// <summary>Tiny networks in every precision, their time steps folded and apart: a model of each way to write a layer.</summary>
public static class FormModels
{
    private static readonly DecoderSpec Attention = new() { ChannelReduction = 2 };
    private static readonly Dictionary<string, ModelSpec> Specs = MakeSpecs();
    private static readonly ConcurrentDictionary<(string Name, int OperatorSet, bool AllOutputs), Lazy<ModelProto>> Exported = [];

    /// <summary>Such as <c>detector int8 apart</c>.</summary>
    public static TheoryData<string> Names
    {
        get
        {
            var names = new TheoryData<string>();
            foreach ((string network, ModelSpec spec) in Specs)
            {
                foreach (ExportPrecision precision in Enum.GetValues<ExportPrecision>().Where(precision => Takes(spec, precision)))
                {
                    names.Add($"{network} {precision} apart");
                    if (spec.Backbone.TimeSteps > 1)
                        names.Add($"{network} {precision} folded");
                }
            }

            return names;
        }
    }

    /// <summary>The model under a name of <see cref="Names"/>, exported once.</summary>
    public static ModelProto Export(string name, int operatorSet = OperatorSets.Newest, bool allOutputs = true) => Exported
        .GetOrAdd((name, operatorSet, allOutputs), key => new Lazy<ModelProto>(() => ExportNow(key.Name, key.OperatorSet, key.AllOutputs)))
        .Value;

    /// <summary>The modules of a network's convolutions, such as <c>layer1.0.conv1</c>.</summary>
    public static string[] ConvolutionsOf(string name)
    {
        using TinyCheckpoint checkpoint = Checkpoint(name);
        return [.. checkpoint.File.Network.Blocks.SelectMany(block => block.Branch).Select(unit => unit.Convolution.Name)];
    }

    /// <summary>Two inputs for the model under a name.</summary>
    public static (string Name, Tensor Tensor) RandomInput(string name)
    {
        using TinyCheckpoint checkpoint = Checkpoint(name);
        InputSpec input = checkpoint.Spec.Input;
        return input is PictureInputSpec
            ? ("image", Tensor.Of(checkpoint.RandomPixels(2), 2, input.Height, input.Width, input.Channels))
            : ("events", Tensor.Of(checkpoint.RandomCounts(2), 2, checkpoint.Spec.Backbone.TimeSteps, input.Channels, input.Height, input.Width));
    }

    private static ModelProto ExportNow(string name, int operatorSet, bool allOutputs)
    {
        using TinyCheckpoint checkpoint = Checkpoint(name);
        string[] words = name.Split(' ');
        ExportPrecision precision = Enum.Parse<ExportPrecision>(words[1]);
        DirectoryInfo pictures = Directory.CreateTempSubdirectory("form-models-");
        try
        {
            if (precision == ExportPrecision.Int8)
            {
                (int height, int width) = (checkpoint.Spec.Input.Height, checkpoint.Spec.Input.Width);
                File.WriteAllBytes(Path.Combine(pictures.FullName, "a.png"), PictureEncoder.EncodePng(new Picture(width, height, checkpoint.RandomPixels(1))));
            }

            return OnnxExporter.Export(checkpoint.File, new ExportOptions
            {
                Precision = precision,
                CalibrationFolder = precision == ExportPrecision.Int8 ? pictures.FullName : null,
                OperatorSet = operatorSet,
                FoldTime = words[2] == "folded",
                Activity = allOutputs,
                RawHeads = allOutputs && checkpoint.Spec.Task == ModelTask.Detection,
            });
        }
        finally
        {
            pictures.Delete(recursive: true);
        }
    }

    private static TinyCheckpoint Checkpoint(string name) => new(Specs[name.Split(' ')[0]]);

    private static bool Takes(ModelSpec spec, ExportPrecision precision) => precision switch
    {
        ExportPrecision.Int8 => spec.Input is PictureInputSpec,
        ExportPrecision.Int8Exact => spec.Backbone.Block != BlockKind.Ann,
        _ => true,
    };

    private static Dictionary<string, ModelSpec> MakeSpecs()
    {
        var rate = new DecoderSpec { Kind = DecoderKind.Rate };
        var leaky = new NeuronSpec { Kind = NeuronKind.Leaky, Tau = 2 };
        var detector = new DetectorSpec { FpnChannels = 4, HeadConvs = 1 };
        BackboneSpec Backbone(BlockKind block) => TinySpecs.Backbone(block) with { Stem = StemKind.ImageNet };
        return new Dictionary<string, ModelSpec>
        {
            ["classifier"] = TinySpecs.Classifier(Backbone(BlockKind.SpikeGate) with { Neuron = leaky }, Attention),
            ["gated"] = TinySpecs.Classifier(Backbone(BlockKind.SpikeGate) with { Gate = GateKind.BsgStar }, Attention),
            ["counts"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SewAdd), rate),
            ["spiking"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.Spiking), rate),
            ["ordinary"] = TinySpecs.Detector(Backbone(BlockKind.Ann), rate, detector),
            ["detector"] = TinySpecs.Detector(Backbone(BlockKind.SpikeGate), Attention, detector),
            ["events"] = TinySpecs.EventVariants["sg asd plif"],
        };
    }
}
