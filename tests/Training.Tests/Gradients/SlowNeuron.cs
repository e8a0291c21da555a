using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Neurons;

namespace SpikingDetector.Training.Tests.Gradients;

/// <summary>Spiking neurons: one number at a time, one step after the other.</summary>
internal sealed class SlowNeuron(NeuronSpec spec, NeuronTraining training, Kinks kinks)
{
    /// <summary>Currents [T·N, C, H, W] to spikes; <paramref name="learned"/> is PLIF's w.</summary>
    public Map Fire(Map currents, int timeSteps, Scalar? learned)
    {
        int pictures = currents.Count / timeSteps;
        var spikes = new Map(currents.Count, currents.Channels, currents.Height, currents.Width);
        int step = currents.Values.Length / timeSteps;
        for (int i = 0; i < pictures * currents.Channels * currents.Height * currents.Width; i++)
        {
            Scalar potential = spec.Reset ?? 0;
            for (int t = 0; t < timeSteps; t++)
            {
                Scalar charge = Charge(potential, currents.Values[t * step + i], learned);
                Scalar spike = Step(charge - spec.Threshold);
                spikes.Values[t * step + i] = spike;
                Scalar resetting = training.DetachReset ? spike.Detached : spike;
                potential = spec.Reset is { } reset
                    ? charge * (1 - resetting) + reset * resetting
                    : charge - spec.Threshold * resetting;
            }
        }

        return spikes;
    }

    /// <summary>1 where x ≥ 0, else 0; its slope is the surrogate's.</summary>
    public Scalar Step(Scalar x)
    {
        kinks.Note(x.Value);
        return x.Apply(x.Value >= 0 ? 1 : 0, Slope(training.Surrogate, x.Value));
    }

    private static double Slope(Surrogate surrogate, double x)
    {
        double alpha = surrogate.Alpha;
        if (surrogate.Kind == SurrogateKind.Arctan)
            return alpha / 2 / (1 + Math.Pow(Math.PI / 2 * alpha * x, 2));
        double sigmoid = 1 / (1 + Math.Exp(-alpha * x));
        return alpha * sigmoid * (1 - sigmoid);
    }

    private Scalar Charge(Scalar potential, Scalar current, Scalar? learned)
    {
        double rest = spec.Reset ?? 0;
        return spec.Kind switch
        {
            NeuronKind.IntegrateAndFire => potential + current,
            NeuronKind.Leaky => potential + (current - (potential - rest)) / (double)spec.Tau!.Value,
            _ => potential + (current - (potential - rest)) * learned!.Sigmoid(),
        };
    }
}
