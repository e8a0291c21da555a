using SpikingDetector.Core.Specs;

namespace SpikingDetector.Export.Quantization;

/// <summary>Neurons on sampled currents, in the operations of <see cref="Layers.NeuronLayer"/>.</summary>
internal sealed class SampledNeuron(NeuronSpec neuron, float? leak)
{
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
                float charge = membrane[i] + Change(step[i], membrane[i]);
                spikes[i] = charge >= neuron.Threshold;
                membrane[i] = !spikes[i] ? charge : neuron.Reset ?? charge - neuron.Threshold;
            }

            return spikes;
        })];
    }

    private float Change(float current, float membrane) => neuron.Kind switch
    {
        NeuronKind.IntegrateAndFire => current,
        NeuronKind.Leaky => (current - (membrane - neuron.RestPotential)) / neuron.Tau!.Value,
        _ => (current - (membrane - neuron.RestPotential)) * leak!.Value,
    };
}
