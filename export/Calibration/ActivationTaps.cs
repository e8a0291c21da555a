using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Calibration;

/// <summary>Values of the float32 graph that a calibration looks at, under the keys that 8-bit layers ask for.</summary>
internal sealed class ActivationTaps
{
    private readonly Dictionary<string, IReadOnlyList<Value>> _taps = [];
    private readonly Dictionary<string, string[]> _outputs = [];

    /// <summary>Names of the graph's outputs for each key, in the order of the time steps.</summary>
    public IReadOnlyDictionary<string, string[]> Outputs => _outputs;

    /// <param name="key">Such as the path of the layer.</param>
    /// <param name="values">Of one or all time steps.</param>
    public void Note(string key, params IReadOnlyList<Value> values) => _taps.Add(key, values);

    /// <summary>Makes the values outputs of the graph.</summary>
    public void Emit(GraphBuilder graph)
    {
        foreach ((string key, IReadOnlyList<Value> values) in _taps)
        {
            var names = new string[values.Count];
            for (int t = 0; t < names.Length; t++)
            {
                names[t] = $"tap:{key}:{t}";
                graph.Output<float>(names[t], graph.Op("Identity", [values[t]]), [.. Enumerable.Range(0, 4).Select(side => (Dimension)$"{names[t]}:{side}")]);
            }

            _outputs.Add(key, names);
        }
    }
}
