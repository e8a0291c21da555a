using SpikingDetector.Core.Architecture;
using SpikingDetector.Export.Forms;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>One of RetinaNet's two heads (Lin et al. 2017): convolutions with ReLU, then one without, on every level.</summary>
internal sealed class RetinaHead(GraphBuilder graph, IDetectorForm form, IReadOnlyList<ConvolutionLayout> layers)
{
    private readonly int _valuesPerAnchor = layers[^1].OutChannels / DetectorLayout.AnchorsPerPosition;

    /// <summary>
    /// P3…P7 to a row for each anchor of the level: float [N, h·w·9, values], over y, then x, then anchors.
    /// </summary>
    public Value[] Emit(IReadOnlyList<Activation> levels) =>
        [.. levels.Select((level, i) => EmitLevel(level, PyramidLevels.Name(i)))];

    private Value EmitLevel(Activation features, string level)
    {
        string head = layers[^1].Name[..layers[^1].Name.LastIndexOf('.')];
        foreach (ConvolutionLayout layer in layers.SkipLast(1))
            features = form.ConvolveAndRectify(layer, features, head, level);
        Value maps = form.ConvolveToChannelsLast(layers[^1], features, level);

        // Channels are anchor · values + value, so with the channels last they are the rows already.
        using IDisposable scope = graph.Module(layers[^1].Name);
        using IDisposable part = graph.Part(level);
        return graph.Op("Reshape", [maps, graph.Vector<long>(0, -1, _valuesPerAnchor)]);
    }
}
