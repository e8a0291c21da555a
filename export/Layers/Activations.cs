using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>What stands behind the convolutions: neurons, whose spikes are noted, or ReLU in the ordinary network.</summary>
internal sealed class Activations(GraphBuilder graph, Checkpoint checkpoint, FiringRates rates)
{
    /// <summary>Currents of T steps, each [N, C, h, w], to what the layer at <paramref name="path"/> puts out.</summary>
    public Value[] Emit(string path, IReadOnlyList<Value> currents)
    {
        BackboneSpec backbone = checkpoint.Spec.Backbone;
        if (backbone.Block == BlockKind.Ann)
        {
            using IDisposable scope = graph.Module(path);
            return graph.PerStep(currents, current => graph.Op("Relu", [current]));
        }

        float? learnedLeak = backbone.Neuron.Kind == NeuronKind.ParametricLeaky ? checkpoint.Read($"{path}.w")[0] : null;
        Value[] spikes = new NeuronLayer(graph, backbone.Neuron, path, learnedLeak).Emit(currents);
        rates.Note(path, spikes);
        return spikes;
    }
}
