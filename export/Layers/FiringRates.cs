using System.Text.Json;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>Collects the spikes of all neuron layers in the order of execution and, if asked, puts out their rates.</summary>
internal sealed class FiringRates
{
    /// <summary>Name of the output.</summary>
    public const string Name = "firing_rates";

    private readonly List<(string Path, Value[] Spikes)> _layers = [];

    /// <summary>The layers' module paths as a JSON list.</summary>
    public string PathsAsJson => JsonSerializer.Serialize(_layers.Select(layer => layer.Path));

    public void Note(string path, Value[] spikes) => _layers.Add((path, spikes));

    /// <summary>
    /// Adds the output float [N, layers]: mean spikes per neuron and step of each picture. The ordinary network has no
    /// column; there <paramref name="features"/>, any value float [N, …], tells N.
    /// </summary>
    public void Emit(GraphBuilder graph, Dimension batch, Value features)
    {
        Value[] rates = [.. _layers.Select(layer => EmitLayer(graph, layer.Path, layer.Spikes))];
        using IDisposable scope = graph.Module(Name);
        Value columns = rates.Length > 0
            ? graph.Op("Concat", rates, Attributes.Int("axis", 1))
            : graph.Op("Slice", [features, graph.Vector(0L), graph.Vector(0L), graph.Vector(1L)]);
        graph.Output<float>(Name, graph.Op("Flatten", [columns], Attributes.Int("axis", 1)), batch, rates.Length);
    }

    private static Value EmitLayer(GraphBuilder graph, string path, Value[] spikes)
    {
        using IDisposable scope = graph.Module(path);
        using IDisposable part = graph.Part("rate");

        // Whole numbers are added exactly, so the steps are summed before anything is divided.
        Value total = graph.SumOverSteps(spikes);
        Value mean = graph.Op("ReduceMean", [total, graph.Vector(1L, 2, 3)], Attributes.Int("keepdims", 1));
        return spikes.Length == 1 ? mean : graph.Op("Div", [mean, graph.Scalar((float)spikes.Length)]);
    }
}
