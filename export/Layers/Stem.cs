using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Forms;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>
/// The graph's input and first convolution. A picture is the same at every step, so the convolution is computed once and is
/// the current of all T steps; event frames differ.
/// </summary>
internal static class Stem
{
    /// <summary>Gives the currents of every step, each float [N, C, h, w]; one where it is that of all steps.</summary>
    public static Maps Emit(GraphBuilder graph, Checkpoint checkpoint, GraphPasses passes, Dimension batch)
    {
        InputSpec input = checkpoint.Spec.Input;
        int timeSteps = checkpoint.Spec.Backbone.TimeSteps;
        Value[] currents;
        if (input is EventInputSpec events)
        {
            Value[] frames = EventInput.Emit(graph, events, timeSteps, batch);
            currents = new Convolution(graph, checkpoint, checkpoint.Network.Stem, passes).Emit(frames);
        }
        else
        {
            Value picture = PictureInput.Emit(graph, (PictureInputSpec)input, batch);
            var convolution = new Convolution(graph, checkpoint, checkpoint.Network.Stem, passes);
            currents = passes.HasFlag(GraphPasses.StemOnce)
                ? [convolution.Emit(picture)]
                : convolution.Emit([.. Enumerable.Repeat(picture, timeSteps)]);
        }

        return new Maps([], input.Channels, input.Height, input.Width).Through(checkpoint.Network.Stem, currents);
    }
}
