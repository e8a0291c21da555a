using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>One of RetinaNet's two heads (Lin et al. 2017): convolutions with ReLU, then one without, on every level.</summary>
internal sealed class RetinaHead
{
    private readonly GraphBuilder _graph;
    private readonly Convolution[] _hidden;
    private readonly Convolution _last;
    private readonly string _path;
    private readonly int _valuesPerAnchor;

    public RetinaHead(GraphBuilder graph, Checkpoint checkpoint, IReadOnlyList<ConvolutionLayout> layers)
    {
        _graph = graph;
        _hidden = [.. layers.SkipLast(1).Select(layer => new Convolution(graph, checkpoint, layer))];
        _last = new Convolution(graph, checkpoint, layers[^1]);
        _path = layers[^1].Name;
        _valuesPerAnchor = layers[^1].OutChannels / DetectorLayout.AnchorsPerPosition;
    }

    /// <summary>
    /// P3…P7, each [N, C, h, w], to a row for each anchor of the level: [N, h·w·9, values], over y, then x, then anchors.
    /// </summary>
    public Value[] Emit(IReadOnlyList<Value> levels) =>
        [.. levels.Select((level, i) => EmitLevel(level, PyramidLevels.Name(i)))];

    private Value EmitLevel(Value features, string level)
    {
        foreach (Convolution convolution in _hidden)
            features = EmitRelu(convolution.EmitLevel(features, level), level);
        Value maps = _last.EmitLevel(features, level);

        // Channels are anchor · values + value, so with the channels last they are the rows already.
        using IDisposable scope = _graph.Module(_path);
        using IDisposable part = _graph.Part(level);
        Value channelsLast = _graph.Op("Transpose", [maps], Attributes.Ints("perm", 0, 2, 3, 1));
        return _graph.Op("Reshape", [channelsLast, _graph.Vector<long>(0, -1, _valuesPerAnchor)]);
    }

    private Value EmitRelu(Value features, string level)
    {
        using IDisposable scope = _graph.Module(_path[.._path.LastIndexOf('.')]);
        using IDisposable part = _graph.Part(level);
        return _graph.Op("Relu", [features]);
    }
}
