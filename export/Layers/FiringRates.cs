using System.Text.Json;
using SpikingDetector.Export.Graph;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Layers;

/// <summary>Collects the spikes of all neuron layers in the order of execution and, if asked, puts out their rates.</summary>
internal sealed class FiringRates
{
    /// <summary>Name of the output.</summary>
    public const string Name = "firing_rates";

    private readonly List<(string Path, Func<Value> Rate)> _layers = [];

    /// <summary>The layers' module paths as a JSON list.</summary>
    public string PathsAsJson => JsonSerializer.Serialize(_layers.Select(layer => layer.Path));

    /// <param name="path">Module path of a layer.</param>
    /// <param name="rate">Adds the nodes of its mean spikes per neuron and step, float [N, 1, 1, 1].</param>
    public void Note(string path, Func<Value> rate) => _layers.Add((path, rate));

    /// <summary>The rate of spikes that are floats [N, C, h, w] of each step.</summary>
    public static Value OfSteps(GraphBuilder graph, Value[] spikes)
    {
        // Whole numbers are added exactly, so the steps are summed before anything is divided.
        Value total = graph.SumOverSteps(spikes);
        Value mean = graph.Reduce("ReduceMean", total, 1, 2, 3);
        return spikes.Length == 1 ? mean : graph.Op("Div", [mean, graph.Scalar((float)spikes.Length)]);
    }

    /// <summary>
    /// Adds the output float [N, layers]: mean spikes per neuron and step of each picture. The ordinary network has no
    /// column; there <paramref name="features"/>, any value float [N, …], tells N.
    /// </summary>
    public void Emit(GraphBuilder graph, Dimension batch, Value features)
    {
        Value[] rates = [.. _layers.Select(layer => EmitLayer(graph, layer.Path, layer.Rate))];
        using IDisposable scope = graph.Module(Name);
        Value columns = rates.Length > 0
            ? graph.Op("Concat", rates, Attributes.Int("axis", 1))
            : graph.Op("Slice", [features, graph.Vector(0L), graph.Vector(0L), graph.Vector(1L)]);
        graph.Output<float>(Name, graph.Op("Flatten", [columns], Attributes.Int("axis", 1)), batch, rates.Length);
    }

    /// <summary>The rate of spikes that are booleans [N, …, …, …] of each step.</summary>
    public static Value OfBooleans(GraphBuilder graph, Value[] spikes) =>
        OfSteps(graph, [.. spikes.Select(step => graph.Cast(step, TensorProto.Types.DataType.Float))]);

    private static Value EmitLayer(GraphBuilder graph, string path, Func<Value> rate)
    {
        using IDisposable scope = graph.Module(path);
        using IDisposable part = graph.Part("rate");
        return rate();
    }
}
