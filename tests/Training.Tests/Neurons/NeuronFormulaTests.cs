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
        var random = new Random(7);
        float[] currents = [.. Enumerable.Range(0, Steps * Count).Select(_ => random.NextSingle() * 5 - 1f)];
        List<Tensor> inputs = [tensor(currents, [Steps, Count, 1, 1])];
        float gain = 1;
        if (kind == NeuronKind.ParametricLeaky)
        {
            Tensor learned = tensor(-MathF.Log(tau - 1)).sigmoid();
            gain = learned.item<float>();
            inputs.Add(learned);
        }

        (float[] spikes, float[] membrane) = Reference(dynamics, gain, currents);

        var arguments = new NeuronFunction.Arguments(dynamics, null, false, inputs.Count > 1);
        Assert.Equal(spikes, Values(VectorNeuronLoop.Instance.Forward(arguments, inputs)));
        Assert.Equal(spikes, Values(TensorNeuronLoop.Instance.Forward(arguments, inputs)));
        Assert.Equal(membrane, Values(TensorNeuronLoop.Membrane(arguments, inputs)));
        Assert.InRange(spikes.Average(), 0.05f, 0.95f);
    }

    /// <summary>The charge of SpikingJelly's IFNode, LIFNode and ParametricLIFNode with decaying input, as written there.</summary>
    private static (float[] Spikes, float[] Membrane) Reference(NeuronDynamics neuron, float gain, float[] currents)
    {
        var spikes = new float[currents.Length];
        var membrane = new float[currents.Length];
        for (int i = 0; i < Count; i++)
        {
            float v = neuron.Reset ?? 0f;
            for (int t = 0; t < Steps; t++)
            {
                float x = currents[t * Count + i];
                float distance = neuron.Reset is null or 0f ? v : v - neuron.Reset.Value;
                v = neuron.Kind switch
                {
                    NeuronKind.IntegrateAndFire => v + x,
                    NeuronKind.Leaky => v + (x - distance) / neuron.Tau,
                    _ => v + (x - distance) * gain,
                };
                float spike = v - Threshold >= 0 ? 1f : 0f;
                v = neuron.Reset is { } reset ? (1f - spike) * v + spike * reset : v - spike * Threshold;
                spikes[t * Count + i] = spike;
                membrane[t * Count + i] = v;
            }
        }

        return (spikes, membrane);
    }

    private static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();
}
