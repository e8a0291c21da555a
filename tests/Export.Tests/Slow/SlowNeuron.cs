using SpikingDetector.Core.Specs;

namespace SpikingDetector.Export.Tests.Slow;

/// <summary>One neuron of the formulas, in float32 as they stand.</summary>
public sealed class SlowNeuron(NeuronSpec spec, float learnedLeak = 0)
{
    private readonly float _rest = spec.Reset ?? 0;
    private readonly float _gain = 1 / (1 + MathF.Exp(-learnedLeak));
    private float _membrane = spec.Reset ?? 0;

    /// <summary>The current that leads to the threshold, give or take its last bits.</summary>
    public float CurrentToThreshold() => spec.Kind switch
    {
        NeuronKind.IntegrateAndFire => spec.Threshold - _membrane,
        NeuronKind.Leaky => (spec.Threshold - _membrane) * spec.Tau!.Value + (_membrane - _rest),
        _ => (spec.Threshold - _membrane) / _gain + (_membrane - _rest),
    };

    public float Step(float current)
    {
        float charged = spec.Kind switch
        {
            NeuronKind.IntegrateAndFire => _membrane + current,
            NeuronKind.Leaky => _membrane + (current - (_membrane - _rest)) / spec.Tau!.Value,
            _ => _membrane + (current - (_membrane - _rest)) * _gain,
        };
        float spike = charged >= spec.Threshold ? 1 : 0;
        if (spec.Reset is { } reset)
            _membrane = spike == 1 ? reset : charged;
        else
            _membrane = charged - spec.Threshold * spike;
        return spike;
    }
}
