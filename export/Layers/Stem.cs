using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>
/// The graph's input, first convolution and neuron, and the max-pool behind them where there is one. A picture is the
/// same at every step, so the convolution is computed once and is the current of all T steps; event frames differ.
/// </summary>
internal static class Stem
{
    /// <summary>Gives the first stage's input of every step, each [N, C, h, w].</summary>
    public static Value[] Emit(GraphBuilder graph, Checkpoint checkpoint, Activations activations, Dimension batch)
    {
        NetworkLayout network = checkpoint.Network;
        Value[] currents = EmitCurrents(graph, checkpoint, batch);
        return MaxPool.Emit(graph, network.StemPool, activations.Emit(network.StemNeuron, currents));
    }

    private static Value[] EmitCurrents(GraphBuilder graph, Checkpoint checkpoint, Dimension batch)
    {
        int timeSteps = checkpoint.Spec.Backbone.TimeSteps;
        if (checkpoint.Spec.Input is EventInputSpec events)
        {
            Value[] frames = EventInput.Emit(graph, events, timeSteps, batch);
            return new Convolution(graph, checkpoint, checkpoint.Network.Stem).Emit(frames);
        }

        Value picture = PictureInput.Emit(graph, (PictureInputSpec)checkpoint.Spec.Input, batch);
        Value current = new Convolution(graph, checkpoint, checkpoint.Network.Stem).Emit(picture);
        return [.. Enumerable.Repeat(current, timeSteps)];
    }
}
