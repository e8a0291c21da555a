using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>The graph's input of an event network: counts of events, as they are.</summary>
internal static class EventInput
{
    /// <summary>Name of the input.</summary>
    public const string Name = "events";

    /// <summary>Declares float [N, T, 2, H, W] and gives each step's frame, float [N, 2, H, W].</summary>
    public static Value[] Emit(GraphBuilder graph, EventInputSpec input, int timeSteps, Dimension batch)
    {
        Value events = graph.Input<float>(Name, batch, timeSteps, input.Channels, input.Height, input.Width);
        using IDisposable scope = graph.Module("frames");
        var frames = new Value[timeSteps];
        for (int t = 0; t < timeSteps; t++)
        {
            using IDisposable step = graph.Step(t);
            frames[t] = graph.Op("Gather", [events, graph.Scalar((long)t)], Attributes.Int("axis", 1));
        }

        return frames;
    }
}
