using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Neurons;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Neurons;

/// <summary>
/// Spikes and membrane against SpikingJelly's formulas, one neuron at a time in float32: every charge, reset and start
/// potential, with τ that is no power of two. Not a bit may differ, because a bit can be a spike.
/// </summary>
public sealed class NeuronFormulaTests
{
    private const int Steps = 12;
    private const int Count = 1000;
    private const float Threshold = 1f;

    public static TheoryData<NeuronKind, float, float?> Neurons()
    {
        var rows = new TheoryData<NeuronKind, float, float?>();
        foreach (float? reset in (float?[])[-0.25f, 0.1f, 0f, null])
        {
            rows.Add(NeuronKind.IntegrateAndFire, 1f, reset);
            foreach (float tau in (float[])[1.7f, 2f, 3f])
            {
                rows.Add(NeuronKind.Leaky, tau, reset);
                rows.Add(NeuronKind.ParametricLeaky, tau, reset);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Neurons))]
    public void SpikesAndMembrane_AreThoseOfTheFormulas(NeuronKind kind, float tau, float? reset)
    {
        var dynamics = new NeuronDynamics(Steps, kind, tau, Threshold, reset, true, Surrogate.Default);
        Tensor? gain = kind == NeuronKind.ParametricLeaky ? tensor(-MathF.Log(tau - 1)).sigmoid() : null;
        (float[] currents, float[] spikes, float[] membrane) = Reference(dynamics, gain?.item<float>() ?? 1f);
        List<Tensor> inputs = [tensor(currents, [Steps, Count, 1, 1])];
        if (gain is not null)
            inputs.Add(gain);

        var arguments = new NeuronFunction.Arguments(dynamics, null, false, inputs.Count > 1);
        Assert.Equal(spikes, Values(VectorNeuronLoop.Instance.Forward(arguments, inputs)));
        Assert.Equal(spikes, Values(TensorNeuronLoop.Instance.Forward(arguments, inputs)));
        Assert.Equal(membrane, Values(TensorNeuronLoop.Membrane(arguments, inputs)));
        Assert.InRange(spikes.Average(), 0.05f, 0.95f);
    }

    /// <summary>
    /// The charge of SpikingJelly's IFNode, LIFNode and ParametricLIFNode with decaying input, as written there. Half of the
    /// currents are random; the others lead to the threshold or some bits beside it, where the last bit decides.
    /// </summary>
    private static (float[] Currents, float[] Spikes, float[] Membrane) Reference(NeuronDynamics neuron, float gain)
    {
        var random = new Random(7);
        var currents = new float[Steps * Count];
        var spikes = new float[currents.Length];
        var membrane = new float[currents.Length];
        for (int i = 0; i < Count; i++)
        {
            float v = neuron.Reset ?? 0f;
            for (int t = 0; t < Steps; t++)
            {
                float distance = neuron.Reset is null or 0f ? v : v - neuron.Reset.Value;
                float x = random.Next(2) == 0 ? random.NextSingle() * 5 - 1f : neuron.Kind switch
                {
                    NeuronKind.IntegrateAndFire => Threshold - v,
                    NeuronKind.Leaky => (Threshold - v) * neuron.Tau + distance,
                    _ => (Threshold - v) / gain + distance,
                };
                x += random.Next(-3, 4) * (MathF.BitIncrement(x) - x);
                v = neuron.Kind switch
                {
                    NeuronKind.IntegrateAndFire => v + x,
                    NeuronKind.Leaky => v + (x - distance) / neuron.Tau,
                    _ => v + (x - distance) * gain,
                };
                float spike = v - Threshold >= 0 ? 1f : 0f;
                v = neuron.Reset is { } reset ? (1f - spike) * v + spike * reset : v - spike * Threshold;
                currents[t * Count + i] = x;
                spikes[t * Count + i] = spike;
                membrane[t * Count + i] = v;
            }
        }

        return (currents, spikes, membrane);
    }

    private static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();
}
