using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>
/// BSG* (Zhang et al. 2023): Y = G·H + (1 − G)·X with G = Θ(w·H + b − threshold), one w and b per channel.
/// </summary>
/// <remarks>
/// H is 0 or 1, so a channel's gate has two values that are known beforehand, <paramref name="gateOfSilence"/> for
/// H = 0 and <paramref name="gateOfSpike"/> for H = 1, and
/// Y = H·gateOfSpike + X·((1 − gateOfSilence) + H·(gateOfSilence − gateOfSpike)), exact for spikes.
/// </remarks>
internal sealed class LearnedSpikeGate(GraphBuilder graph, string path, float[] gateOfSilence, float[] gateOfSpike)
    : IResidualJoin
{
    /// <summary>Evaluates the gate at <paramref name="path"/> in float32, in the order that the formula has.</summary>
    public static LearnedSpikeGate Read(GraphBuilder graph, Checkpoint checkpoint, string path)
    {
        float threshold = checkpoint.Spec.Backbone.GateThreshold;
        float[] weight = checkpoint.Read($"{path}.weight");
        float[] bias = checkpoint.Read($"{path}.bias");
        return new LearnedSpikeGate(
            graph,
            path,
            [.. bias.Select(b => Step(b - threshold))],
            [.. weight.Zip(bias, (w, b) => Step(w + b - threshold))]);
    }

    public Value Emit(Value branch, Value shortcut)
    {
        if (gateOfSilence.All(gate => gate == 0) && gateOfSpike.All(gate => gate == 1))
            return new SpikeGate(graph).Emit(branch, shortcut);

        using IDisposable scope = graph.Part("gate");
        Value change = graph.Op("Mul", [branch, PerChannel("slope", gateOfSilence.Zip(gateOfSpike, (silence, spike) => silence - spike))]);
        Value opening = graph.Op("Add", [change, PerChannel("opening", gateOfSilence.Select(gate => 1 - gate))]);
        Value passed = graph.Op("Mul", [shortcut, opening]);
        Value gated = graph.Op("Mul", [branch, PerChannel("gain", gateOfSpike)]);
        return graph.Op("Add", [gated, passed]);
    }

    private Value PerChannel(string name, IEnumerable<float> values)
    {
        float[] elements = [.. values];
        return graph.Initializer<float>($"{path}.{name}", elements, 1, elements.Length, 1, 1);
    }

    private static float Step(float value) => value >= 0 ? 1 : 0;
}
