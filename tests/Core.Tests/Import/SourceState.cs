using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Import;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Tests.Import;

/// <summary>State dictionaries of small networks, with values that are different everywhere.</summary>
internal static class SourceState
{
    public static ModelSpec Classifier(int depth, BlockKind block, NeuronKind neuron = NeuronKind.IntegrateAndFire) => new()
    {
        Name = "imported",
        Task = ModelTask.Classification,
        Backbone = new BackboneSpec
        {
            Depth = depth,
            BaseChannels = 2,
            Block = block,
            Neuron = new NeuronSpec { Kind = neuron, Tau = neuron == NeuronKind.IntegrateAndFire ? null : 2 },
            TimeSteps = block == BlockKind.Ann ? 1 : 4,
        },
        Decoder = new DecoderSpec { Kind = DecoderKind.Rate },
        Labels = ["cat", "dog", "bird"],
        Input = Input,
    };

    public static ModelSpec Events(BlockKind block)
    {
        ModelSpec pictures = Classifier(18, block, NeuronKind.ParametricLeaky);
        return pictures with
        {
            Backbone = pictures.Backbone with { Family = BackboneFamily.SevenB },
            Input = new EventInputSpec { Height = 128, Width = 128 },
        };
    }

    public static ModelSpec Detector(BlockKind block) => Classifier(50, block) with
    {
        Task = ModelTask.Detection,
        Labels = [],
        Categories = [new(1, "cat"), new(2, "dog")],
        Detector = new DetectorSpec { FpnChannels = 4, HeadConvs = 4 },
    };

    private static InputSpec Input => new PictureInputSpec { Height = 32, Width = 32, Mean = [0.5f, 0.5f, 0.5f], Std = [0.5f, 0.5f, 0.5f] };

    /// <summary>The tensors of the spec's network under the names of the contract.</summary>
    public static List<TensorData> Of(ModelSpec spec)
    {
        var random = new Random(7);
        return [.. TensorLayout.Of(NetworkLayout.Of(spec)).Select(tensor => TensorData.Of(
            tensor.Name, tensor.Shape, [.. Enumerable.Range(0, (int)tensor.Elements).Select(_ => random.NextSingle())]))];
    }

    /// <summary>The same with a counter for each batch normalisation, as PyTorch saves it.</summary>
    public static List<TensorData> WithCounters(List<TensorData> tensors) =>
    [
        .. tensors.SelectMany(tensor => tensor.Name.EndsWith(".running_var", StringComparison.Ordinal)
            ? (TensorData[])[tensor, TensorData.Of(tensor.Name.Replace("running_var", "num_batches_tracked", StringComparison.Ordinal), [], (long[])[41])]
            : [tensor]),
    ];

    public static SafetensorsFile Save(string path, List<TensorData> tensors)
    {
        SafetensorsWriter.Write(path, new Dictionary<string, string> { ["format"] = "pt" }, tensors);
        return StateFile.Open(path);
    }
}
