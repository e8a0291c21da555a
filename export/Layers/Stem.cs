using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>
/// First convolution and neuron; the ImageNet stem's max-pool. The picture is the same at every step, so the
/// convolution is computed once and is the current of all T steps.
/// </summary>
internal static class Stem
{
    private const int PoolKernel = 3;
    private const int PoolStride = 2;
    private const int PoolPadding = 1;

    /// <summary>Picture [N, 3, H, W] to the first stage's input of every step.</summary>
    public static Value[] Emit(GraphBuilder graph, Checkpoint checkpoint, Activations activations, Value picture)
    {
        NetworkLayout network = checkpoint.Network;
        Value current = new Convolution(graph, checkpoint, network.Stem).Emit(picture);
        Value[] currents = [.. Enumerable.Repeat(current, checkpoint.Spec.Backbone.TimeSteps)];
        Value[] outputs = activations.Emit(network.StemNeuron, currents);
        if (checkpoint.Spec.Backbone.Stem == StemKind.Cifar)
            return outputs;

        // Beside the neuron: "sn1" and "maxpool" have the same parent.
        using IDisposable scope = graph.Module($"{network.StemNeuron[..^"sn1".Length]}maxpool");
        return graph.PerStep(outputs, output => graph.Op(
            "MaxPool",
            [output],
            Attributes.Ints("kernel_shape", PoolKernel, PoolKernel),
            Attributes.Ints("strides", PoolStride, PoolStride),
            Attributes.Ints("pads", PoolPadding, PoolPadding, PoolPadding, PoolPadding)));
    }
}
