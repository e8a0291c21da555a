using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Layers;

/// <summary>
/// A layer of IF, LIF or PLIF neurons, unrolled: charge, spike where H ≥ V_th, reset (Zhang et al. 2023, Eqs. 1–3).
/// Operations and their order are SpikingJelly's (LIF divides by τ, the membrane starts at V_reset); a step that is left out
/// would not have changed a bit. Neurons do not see each other, so that the layout of the currents does not matter.
/// </summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="spec">Kind and constants.</param>
/// <param name="path">Module path.</param>
/// <param name="learnedLeak">PLIF: the learned w, with 1/τ = sigmoid(w).</param>
internal sealed class NeuronLayer(GraphBuilder graph, NeuronSpec spec, string path, float? learnedLeak = null)
{
    /// <summary>The layer at a module path, with the leak that it has learned.</summary>
    public static NeuronLayer Read(GraphBuilder graph, Checkpoint checkpoint, string path)
    {
        NeuronSpec spec = checkpoint.Spec.Backbone.Neuron;
        return new NeuronLayer(graph, spec, path, spec.Kind == NeuronKind.ParametricLeaky ? checkpoint.Read($"{path}.w")[0] : null);
    }

    /// <summary>What computes these neurons where the current is the same at every step, or null.</summary>
    public ConstantCurrentNeurons? InClosedForm =>
        ConstantCurrentNeurons.Takes(spec) ? new ConstantCurrentNeurons(graph, spec, path, learnedLeak) : null;

    /// <summary>Float currents of T steps to spikes of the same shape, floats 0 and 1.</summary>
    public Value[] EmitFloats(IReadOnlyList<Value> currents) => Emit(currents, booleans: false);

    /// <summary>Float currents of T steps to spikes of the same shape, booleans.</summary>
    public Value[] EmitBooleans(IReadOnlyList<Value> currents) => Emit(currents, booleans: true);

    /// <summary>
    /// PLIF's 1/τ = sigmoid(w) in float32 step by step, as PyTorch computes it: one rounding at the end would be closer to the
    /// truth, but would give other bits.
    /// </summary>
    public static float LeakFactor(float weight) => 1 / (1 + MathF.Exp(-weight));

    private Value[] Emit(IReadOnlyList<Value> currents, bool booleans)
    {
        using IDisposable scope = graph.Module(path);
        var results = new Value[currents.Count];
        Value? membrane = null;
        for (int t = 0; t < results.Length; t++)
        {
            using IDisposable step = graph.Step(t);
            Value charged = Charge(membrane, currents[t]);
            Value fired = graph.Op("GreaterOrEqual", [charged, graph.Scalar(spec.Threshold)]);
            Value spikes = graph.Op("Cast", [fired], Attributes.Int("to", (int)TensorProto.Types.DataType.Float));
            results[t] = booleans ? fired : spikes;
            membrane = Reset(charged, spikes);
        }

        return results;
    }

    private Value Charge(Value? membrane, Value current)
    {
        if (membrane is { } potential)
        {
            Value drive = spec.Kind == NeuronKind.IntegrateAndFire ? current : graph.Op("Sub", [current, Distance(potential)]);
            return graph.Op("Add", [potential, Leak(drive)]);
        }

        // The membrane starts at the rest potential, so that nothing leaks yet.
        Value change = Leak(current);
        return spec.RestPotential == 0 ? change : graph.Op("Add", [graph.Scalar(spec.RestPotential), change]);
    }

    private Value Distance(Value membrane) =>
        spec.RestPotential == 0 ? membrane : graph.Op("Sub", [membrane, graph.Scalar(spec.RestPotential)]);

    private Value Leak(Value drive)
    {
        if (spec.Kind == NeuronKind.IntegrateAndFire)
            return drive;
        if (spec.Kind == NeuronKind.Leaky)
            return graph.Op("Div", [drive, graph.Scalar(spec.Tau!.Value)]);

        float weight = learnedLeak ?? throw new InvalidOperationException($"{path} has no learned leak.");
        return graph.Op("Mul", [drive, graph.Scalar(LeakFactor(weight))]);
    }

    private Value Reset(Value charged, Value spikes)
    {
        if (spec.Reset is not { } reset)
        {
            Value lost = spec.Threshold == 1 ? spikes : graph.Op("Mul", [spikes, graph.Scalar(spec.Threshold)]);
            return graph.Op("Sub", [charged, lost]);
        }

        Value silent = graph.Op("Sub", [graph.Scalar(1f), spikes]);
        Value kept = graph.Op("Mul", [charged, silent]);
        return reset == 0 ? kept : graph.Op("Add", [kept, graph.Op("Mul", [spikes, graph.Scalar(reset)])]);
    }
}
