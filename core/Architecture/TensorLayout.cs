using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Architecture;

/// <summary>The tensors that a checkpoint of a network holds: names as torchvision's, in the order of the layers.</summary>
public static class TensorLayout
{
    public static IReadOnlyList<TensorShape> Of(NetworkLayout network)
    {
        var tensors = new List<TensorShape>();
        BackboneSpec backbone = network.Spec.Backbone;
        AddConvolution(tensors, network.Stem);
        AddNeuron(tensors, backbone, network.StemNeuron);
        foreach (StageLayout stage in network.Stages)
        {
            if (stage.Entry is { } entry)
                AddUnit(tensors, backbone, entry);
            foreach (BlockLayout block in stage.Blocks)
                AddBlock(tensors, backbone, block);
        }

        foreach (DecoderLayout decoder in network.Decoders)
            AddDecoder(tensors, decoder);

        if (network.Detector is { } detector)
        {
            ConvolutionLayout[] layers =
                [.. detector.Inner, .. detector.Outer, detector.P6, detector.P7, .. detector.Classification, .. detector.Regression];
            foreach (ConvolutionLayout layer in layers)
                AddConvolution(tensors, layer);
        }
        else
        {
            tensors.Add(new("fc.weight", [network.Spec.ClassCount, network.FeatureChannels]));
            tensors.Add(new("fc.bias", [network.Spec.ClassCount]));
        }

        return tensors;
    }

    private static void AddBlock(List<TensorShape> tensors, BackboneSpec backbone, BlockLayout block)
    {
        foreach (UnitLayout unit in block.Branch)
            AddUnit(tensors, backbone, unit);
        if (block.Shortcut is { } shortcut)
            AddConvolution(tensors, shortcut);
        if (block.ShortcutNeuron is { } shortcutNeuron)
            AddNeuron(tensors, backbone, shortcutNeuron);
        if (block.Gate is { } gate)
        {
            tensors.Add(new($"{gate}.weight", [block.OutChannels]));
            tensors.Add(new($"{gate}.bias", [block.OutChannels]));
        }
    }

    private static void AddUnit(List<TensorShape> tensors, BackboneSpec backbone, UnitLayout unit)
    {
        AddConvolution(tensors, unit.Convolution);
        AddNeuron(tensors, backbone, unit.Neuron);
    }

    private static void AddConvolution(List<TensorShape> tensors, ConvolutionLayout layer)
    {
        tensors.Add(new($"{layer.Name}.weight", [layer.OutChannels, layer.InChannels, layer.Kernel, layer.Kernel]));
        if (layer.BatchNorm is not { } norm)
        {
            tensors.Add(new($"{layer.Name}.bias", [layer.OutChannels]));
            return;
        }

        tensors.Add(new($"{norm}.weight", [layer.OutChannels]));
        tensors.Add(new($"{norm}.bias", [layer.OutChannels]));
        tensors.Add(new($"{norm}.running_mean", [layer.OutChannels], Learned: false));
        tensors.Add(new($"{norm}.running_var", [layer.OutChannels], Learned: false));
    }

    private static void AddNeuron(List<TensorShape> tensors, BackboneSpec backbone, string name)
    {
        if (backbone.Neuron.Kind == NeuronKind.ParametricLeaky && backbone.Block != BlockKind.Ann)
            tensors.Add(new($"{name}.w", []));
    }

    private static void AddDecoder(List<TensorShape> tensors, DecoderLayout decoder)
    {
        if (decoder.Kind == DecoderKind.Rate)
            return;
        tensors.Add(new(decoder.TemporalFirst, [decoder.TemporalHidden, decoder.TimeSteps, 1, 1]));
        tensors.Add(new(decoder.TemporalSecond, [decoder.TimeSteps, decoder.TemporalHidden, 1, 1]));
        tensors.Add(new(decoder.ChannelFirst, [decoder.ChannelHidden, decoder.Channels, 1, 1]));
        tensors.Add(new(decoder.ChannelSecond, [decoder.Channels, decoder.ChannelHidden, 1, 1]));
        tensors.Add(new(decoder.Spatial, [1, 2, DecoderLayout.SpatialKernel, DecoderLayout.SpatialKernel]));
    }
}
