using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Forms;

/// <summary>Where the time steps of maps lie: in the batch, [T·N, …], or in values of their own, [N, …] each.</summary>
internal sealed class TimeFolding(GraphBuilder graph, int steps, bool folds)
{
    /// <summary>Values of each step.</summary>
    public Value[] Unfold(string path, Value[] values)
    {
        if (values.Length == steps)
            return values;
        using IDisposable scope = graph.Module(path);
        return graph.Split(values[0], steps, axis: 0);
    }

    /// <summary>Values of each step, or one where they are folded.</summary>
    public Value[] Fold(string path, Value[] values)
    {
        if (values.Length == 1 || !folds)
            return values;
        using IDisposable scope = graph.Module(path);
        return [graph.Op("Concat", values, Attributes.Int("axis", 0))];
    }
}
