using SpikingDetector.Core.Specs;

namespace SpikingDetector.Export.Tests.Slow;

/// <summary>One neuron of the formulas, in float32 as they stand.</summary>
public sealed class SlowNeuron(NeuronSpec spec, float learnedLeak = 0)
{
    private float _membrane = spec.Reset ?? 0;

    public float Step(float current)
    {
        float rest = spec.Reset ?? 0;
        float charged = spec.Kind switch
        {
            NeuronKind.IntegrateAndFire => _membrane + current,
            NeuronKind.Leaky => _membrane + (current - (_membrane - rest)) / spec.Tau!.Value,
            _ => _membrane + (current - (_membrane - rest)) * (1 / (1 + MathF.Exp(-learnedLeak))),
        };
        float spike = charged >= spec.Threshold ? 1 : 0;
        if (spec.Reset is { } reset)
            _membrane = spike == 1 ? reset : charged;
        else
            _membrane = charged - spec.Threshold * spike;
        return spike;
    }
}
