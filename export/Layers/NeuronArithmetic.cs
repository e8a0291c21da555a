using SpikingDetector.Core.Specs;

namespace SpikingDetector.Export.Layers;

/// <summary>The operations of <see cref="NeuronLayer"/> on numbers, in float32 and in the same order.</summary>
/// <param name="neuron">Kind and constants.</param>
/// <param name="leak">The factor of PLIF.</param>
internal sealed class NeuronArithmetic(NeuronSpec neuron, float? leak)
{
    /// <summary>H of a membrane and a current.</summary>
    public float Charge(float membrane, float current) => membrane + neuron.Kind switch
    {
        NeuronKind.IntegrateAndFire => current,
        NeuronKind.Leaky => (current - (membrane - neuron.RestPotential)) / neuron.Tau!.Value,
        _ => (current - (membrane - neuron.RestPotential)) * leak!.Value,
    };

    /// <summary>Currents [t][i] to spikes [t][i].</summary>
    public bool[][] Fire(float[][] currents)
    {
        var membrane = new float[currents[0].Length];
        Array.Fill(membrane, neuron.RestPotential);
        return [.. currents.Select(step =>
        {
            var spikes = new bool[step.Length];
            for (int i = 0; i < step.Length; i++)
            {
                float charge = Charge(membrane[i], step[i]);
                spikes[i] = charge >= neuron.Threshold;
                membrane[i] = !spikes[i] ? charge : neuron.Reset ?? charge - neuron.Threshold;
            }

            return spikes;
        })];
    }
}
