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

    /// <summary>
    /// The same of booleans, [B, C, h, w] or channels last: Y = (H and gateOfSpike) or (X and the gate is closed), where the gate is
    /// closed where H is silent and gateOfSilence is 0, or H fires and gateOfSpike is 0.
    /// </summary>
    public Value EmitBooleans(Value branch, Value shortcut, bool channelsLast)
    {
        using IDisposable scope = graph.Part("gate");
        Value open = PerChannel("open", gateOfSpike);
        Value closed = graph.Op("Or",
        [
            graph.Op("And", [branch, PerChannel("closed_by_spike", gateOfSpike.Select(gate => 1 - gate))]),
            graph.Op("And", [graph.Op("Not", [branch]), PerChannel("closed_by_silence", gateOfSilence.Select(gate => 1 - gate))]),
        ]);
        return graph.Op("Or", [graph.Op("And", [branch, open]), graph.Op("And", [shortcut, closed])]);

        Value PerChannel(string name, IEnumerable<float> values)
        {
            bool[] elements = [.. values.Select(value => value != 0)];
            return channelsLast
                ? graph.Initializer<bool>($"{path}.{name}", elements, elements.Length)
                : graph.Initializer<bool>($"{path}.{name}", elements, elements.Length, 1, 1);
        }
    }

    private Value PerChannel(string name, IEnumerable<float> values)
    {
        float[] elements = [.. values];
        return graph.Initializer<float>($"{path}.{name}", elements, 1, elements.Length, 1, 1);
    }

    private static float Step(float value) => value >= 0 ? 1 : 0;
}
