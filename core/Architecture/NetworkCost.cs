using SpikingDetector.Core.Detection;

namespace SpikingDetector.Core.Architecture;

/// <summary>
/// Parameters and multiply-adds of a network, layer by layer, counted as Zhang et al. 2023 do, but with the shortcuts'
/// 1×1 convolutions, which their total leaves out, as a part of their own. Element-wise work is not counted. All
/// figures are of one run of each layer (<see cref="LayerCost.Runs"/>).
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

    /// <summary>Multiply-adds of a part when each of its layers runs once, as it does in one time step.</summary>
    public long Macs(NetworkPart part) => _layers.Where(layer => layer.Part == part).Sum(layer => layer.Macs);

    private void CountBackbone()
    {
        int steps = _network.Spec.Backbone.TimeSteps;
        var size = new Size(_network.Spec.Input.Height, _network.Spec.Input.Width);
        size = AddConvolution(_network.Stem, NetworkPart.Stem, size, _network.StemNeuron, _network.HasConstantInput ? 1 : steps);
        size = size.Behind(_network.StemPool);
        for (int stage = 0; stage < _network.Stages.Count; stage++)
        {
            StageLayout layout = _network.Stages[stage];
            if (layout.Entry is { } entry)
                size = AddConvolution(entry.Convolution, NetworkPart.Blocks, size, entry.Neuron, steps);
            foreach (BlockLayout block in layout.Blocks)
                size = AddBlock(block, size, steps);
            size = size.Behind(layout.Pool);
            if (stage >= _network.FirstDecodedStage)
                AddDecoder(_network.Decoders[stage - _network.FirstDecodedStage], size);
        }
    }

    private Size AddBlock(BlockLayout block, Size size, int steps)
    {
        if (block.Shortcut is { } shortcut)
            AddConvolution(shortcut, NetworkPart.Shortcuts, size, block.ShortcutNeuron, steps);
        foreach (UnitLayout unit in block.Branch)
            size = AddConvolution(unit.Convolution, NetworkPart.Blocks, size, unit.Neuron, steps);
        if (block.Gate is { } gate)
            _layers.Add(new(gate, NetworkPart.Blocks, block.OutChannels, size.Height, size.Width, 2L * block.OutChannels, 0, steps));
        return size;
    }

    private void CountClassifier() => _layers.Add(new(
        "fc",
        NetworkPart.Classifier,
        _network.Spec.ClassCount,
        1,
        1,
        ParametersOf("fc"),
        (long)_network.Spec.ClassCount * _network.FeatureChannels,
        1));

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
            sizes.Sum(size => MacsOf(layer, size.Height, size.Width)),
            1));

    /// <summary>Gives the size of the layer's output.</summary>
    private Size AddConvolution(ConvolutionLayout layer, NetworkPart part, Size input, string? neuron, int runs)
    {
        (int height, int width) = (layer.OutputSide(input.Height), layer.OutputSide(input.Width));
        long parameters = ParametersOf(layer.Name) + ParametersOf(layer.BatchNorm!) + (neuron is null ? 0 : ParametersOf(neuron));
        _layers.Add(new(layer.Name, part, layer.OutChannels, height, width, parameters, MacsOf(layer, height, width), runs, neuron));
        return new Size(height, width);
    }

    private void AddDecoder(DecoderLayout decoder, Size size)
    {
        (int height, int width) = size;
        long macs = 0;
        if (decoder.Kind == Specs.DecoderKind.Attention)
        {
            const long kernel = DecoderLayout.SpatialKernel * DecoderLayout.SpatialKernel;
            long temporal = 2L * decoder.TimeSteps * decoder.TemporalHidden;

            // The channel net runs on the mean and on the maximum.
            long channel = 2 * 2L * decoder.Channels * decoder.ChannelHidden;
            macs = temporal + channel + 2 * kernel * height * width;
        }

        _layers.Add(new(decoder.Name, NetworkPart.Decoder, decoder.Channels, height, width, ParametersOf(decoder.Name), macs, 1));
    }

    private long ParametersOf(string module) => _tensors.Values
        .Where(tensor => tensor.Learned && tensor.Name.StartsWith(module + ".", StringComparison.Ordinal))
        .Sum(tensor => tensor.Elements);

    private static long MacsOf(ConvolutionLayout layer, int height, int width) =>
        (long)height * width * layer.Kernel * layer.Kernel * layer.InChannels * layer.OutChannels;

    /// <summary>Positions of a feature map.</summary>
    private readonly record struct Size(int Height, int Width)
    {
        public Size Behind(PoolLayout? pool) => pool is null ? this : new(pool.OutputSide(Height), pool.OutputSide(Width));
    }
}
