using SpikingDetector.Core.Detection;

namespace SpikingDetector.Core.Architecture;

/// <summary>
/// Parameters and multiply-adds of a network, layer by layer, counted as Zhang et al. 2023 do, but with the shortcuts'
/// 1×1 convolutions, which their total leaves out, as a part of their own. Element-wise work is not counted.
/// </summary>
public sealed class NetworkCost
{
    private readonly NetworkLayout _network;
    private readonly Dictionary<string, TensorShape> _tensors;
    private readonly List<LayerCost> _layers = [];

    private NetworkCost(NetworkLayout network)
    {
        _network = network;
        _tensors = TensorLayout.Of(network).ToDictionary(tensor => tensor.Name);
        CountBackbone();
        if (network.Detector is { } detector)
            CountDetector(detector);
        else
            CountClassifier();
        Parameters = _tensors.Values.Where(tensor => tensor.Learned).Sum(tensor => tensor.Elements);
    }

    /// <summary>The layers in the order of execution.</summary>
    public IReadOnlyList<LayerCost> Layers => _layers;

    /// <summary>All that training learns.</summary>
    public long Parameters { get; }

    public static NetworkCost Of(NetworkLayout network) => new(network);

    /// <summary>Multiply-adds of a part.</summary>
    public long Macs(NetworkPart part) => _layers.Where(layer => layer.Part == part).Sum(layer => layer.Macs);

    private void CountBackbone()
    {
        (int height, int width) = (_network.Spec.Input.Height, _network.Spec.Input.Width);
        AddConvolution(_network.Stem, NetworkPart.Stem, ref height, ref width, _network.StemNeuron);
        if (_network.Spec.Backbone.Stem == Specs.StemKind.ImageNet)
            (height, width) = (height / 2, width / 2);
        int decoder = 0;
        foreach (BlockLayout block in _network.Blocks)
        {
            (int shortcutHeight, int shortcutWidth) = (height, width);
            if (block.Shortcut is { } shortcut)
                AddConvolution(shortcut, NetworkPart.Shortcuts, ref shortcutHeight, ref shortcutWidth, block.ShortcutNeuron);
            foreach (BranchLayout part in block.Branch)
                AddConvolution(part.Convolution, NetworkPart.Blocks, ref height, ref width, part.Neuron);
            if (block.Gate is { } gate)
                _layers.Add(new(gate, NetworkPart.Blocks, block.OutChannels, height, width, 2L * block.OutChannels, 0));
            bool lastOfStage = block == _network.Blocks.Last(other => other.Stage == block.Stage);
            if (lastOfStage && (_network.Detector is null ? block.Stage == 4 : block.Stage >= 2))
                AddDecoder(_network.Decoders[decoder++], height, width);
        }
    }

    private void CountClassifier() => _layers.Add(new(
        "fc",
        NetworkPart.Classifier,
        _network.Spec.ClassCount,
        1,
        1,
        ParametersOf("fc"),
        (long)_network.Spec.ClassCount * _network.FeatureChannels));

    private void CountDetector(DetectorLayout detector)
    {
        IReadOnlyList<(int Height, int Width)> sizes = AnchorGenerator.LevelSizes(_network.Spec);
        for (int level = 0; level < 3; level++)
            AddAtSize(detector.Inner[level], NetworkPart.Fpn, [sizes[level]]);
        for (int level = 0; level < 3; level++)
            AddAtSize(detector.Outer[level], NetworkPart.Fpn, [sizes[level]]);
        AddAtSize(detector.P6, NetworkPart.Fpn, [sizes[3]]);
        AddAtSize(detector.P7, NetworkPart.Fpn, [sizes[4]]);
        foreach (ConvolutionLayout layer in (ConvolutionLayout[])[.. detector.Classification, .. detector.Regression])
            AddAtSize(layer, NetworkPart.Head, sizes);
    }

    /// <summary>A layer whose output size is known; a head layer runs on all levels and shows the finest.</summary>
    private void AddAtSize(ConvolutionLayout layer, NetworkPart part, IReadOnlyList<(int Height, int Width)> sizes) =>
        _layers.Add(new(
            layer.Name,
            part,
            layer.OutChannels,
            sizes[0].Height,
            sizes[0].Width,
            ParametersOf(layer.Name),
            sizes.Sum(size => MacsOf(layer, size.Height, size.Width))));

    private void AddConvolution(ConvolutionLayout layer, NetworkPart part, ref int height, ref int width, string? neuron)
    {
        height = layer.OutputSide(height);
        width = layer.OutputSide(width);
        long parameters = ParametersOf(layer.Name) + ParametersOf(layer.BatchNorm!) + (neuron is null ? 0 : ParametersOf(neuron));
        _layers.Add(new(layer.Name, part, layer.OutChannels, height, width, parameters, MacsOf(layer, height, width)));
    }

    private void AddDecoder(DecoderLayout decoder, int height, int width)
    {
        long macs = 0;
        if (decoder.Kind == Specs.DecoderKind.Attention)
        {
            const long kernel = DecoderLayout.SpatialKernel * DecoderLayout.SpatialKernel;
            long temporal = 2L * decoder.TimeSteps * decoder.TemporalHidden;

            // The channel net runs on the mean and on the maximum.
            long channel = 2 * 2L * decoder.Channels * decoder.ChannelHidden;
            macs = temporal + channel + 2 * kernel * height * width;
        }

        _layers.Add(new(decoder.Name, NetworkPart.Decoder, decoder.Channels, height, width, ParametersOf(decoder.Name), macs));
    }

    private long ParametersOf(string module) => _tensors.Values
        .Where(tensor => tensor.Learned && tensor.Name.StartsWith(module + ".", StringComparison.Ordinal))
        .Sum(tensor => tensor.Elements);

    private static long MacsOf(ConvolutionLayout layer, int height, int width) =>
        (long)height * width * layer.Kernel * layer.Kernel * layer.InChannels * layer.OutChannels;
}
