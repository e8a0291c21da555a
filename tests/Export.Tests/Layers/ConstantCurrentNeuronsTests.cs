using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using SpikingDetector.Export.Tests.Slow;
using static SpikingDetector.Proto.TensorProto.Types;

namespace SpikingDetector.Export.Tests.Layers;

/// <summary>The closed form against neurons that go step by step, bit for bit.</summary>
public sealed class ConstantCurrentNeuronsTests
{
    private const float LearnedLeak = -0.4f;

    public static TheoryData<NeuronKind, float, float, float, int> Neurons()
    {
        var rows = new TheoryData<NeuronKind, float, float, float, int>();
        foreach (NeuronKind kind in Enum.GetValues<NeuronKind>())
        {
            rows.Add(kind, 1f, 0f, 2f, 4);
            rows.Add(kind, 0.7f, 0f, 1.7f, 4);
            rows.Add(kind, 1f, 0.1f, 3f, 6);
            rows.Add(kind, 0.3f, -0.25f, 2f, 16);
            rows.Add(kind, 1f, 0f, 2f, 2);
            rows.Add(kind, 1f, 0f, 2f, 1);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Neurons))]
    public void Spikes_AreThoseOfTheTimeLoop(NeuronKind kind, float threshold, float reset, float tau, int steps)
    {
        var spec = new NeuronSpec { Kind = kind, Threshold = threshold, Reset = reset, Tau = tau };
        float[] currents = Currents(spec, steps);
        Value[] Emit(GraphBuilder graph, Value current) => new ConstantCurrentNeurons(graph, spec, "sn1", LearnedLeak).Emit(current, steps);

        float[] spikes = Run(currents, [1, 1, 1, currents.Length], [1, 1, 1, currents.Length], steps, Emit);

        Assert.Equal(Expected(spec, currents, steps), spikes);
        Assert.InRange(spikes.Average(), 0.02f, 0.98f);
    }

    [Theory]
    [MemberData(nameof(Neurons))]
    public void Spikes_BehindAMaxPool_AreThePoolOfThoseOfTheTimeLoop(NeuronKind kind, float threshold, float reset, float tau, int steps)
    {
        const int Side = 40;
        var spec = new NeuronSpec { Kind = kind, Threshold = threshold, Reset = reset, Tau = tau };
        var random = new Random(8);
        float[] pool = Currents(spec, steps);
        float[] currents = [.. Enumerable.Range(0, Side * Side).Select(_ => pool[random.Next(pool.Length)])];
        float[] fired = Expected(spec, currents, steps);
        var expected = new List<float>();
        for (int t = 0; t < steps; t++)
        {
            for (int y = 0; y < Side / 2; y++)
            {
                for (int x = 0; x < Side / 2; x++)
                {
                    IEnumerable<float> window =
                        from row in Enumerable.Range(2 * y - 1, 3)
                        from column in Enumerable.Range(2 * x - 1, 3)
                        where row >= 0 && row < Side && column >= 0 && column < Side
                        select fired[(t * Side + row) * Side + column];
                    expected.Add(window.Max());
                }
            }
        }

        float[] spikes = Run(currents, [1, 1, Side, Side], [1, 1, Side / 2, Side / 2], steps, (graph, current) =>
            new ConstantCurrentNeurons(graph, spec, "sn1", LearnedLeak).Emit(current, steps, new PoolLayout("maxpool", 3, 2, 1)));

        Assert.Equal(expected, spikes);
    }

    [Fact]
    public void NeuronsThatDoNotComeBackToRest_AreNotTaken()
    {
        Assert.True(ConstantCurrentNeurons.Takes(new NeuronSpec()));
        Assert.False(ConstantCurrentNeurons.Takes(new NeuronSpec { Reset = null }));
    }

    /// <summary>Mostly within some bits of where the spikes change, found by the time loop itself.</summary>
    private static float[] Currents(NeuronSpec spec, int steps)
    {
        var random = new Random(5);
        var currents = new List<float> { 0, -1, 1e30f, -1e30f, float.PositiveInfinity, float.NegativeInfinity };
        for (int i = 0; i < 300; i++)
            currents.Add(random.NextSingle() * 4 - 0.5f);
        float previous = -0.5f;
        for (int i = 1; i <= 2000; i++)
        {
            float next = -0.5f + i / 500f;
            (float low, float high) = (previous, next);
            if (!Expected(spec, [low], steps).SequenceEqual(Expected(spec, [high], steps)))
            {
                for (int halving = 0; halving < 40; halving++)
                {
                    float middle = (low + high) / 2;
                    bool same = Expected(spec, [low], steps).SequenceEqual(Expected(spec, [middle], steps));
                    (low, high) = same ? (middle, high) : (low, middle);
                }

                for (float near = MathF.BitDecrement(MathF.BitDecrement(low)); currents.Count < 5000 && near <= high + 3 * (MathF.BitIncrement(high) - high); near = MathF.BitIncrement(near))
                    currents.Add(near);
            }

            previous = next;
        }

        return [.. currents];
    }

    private static float[] Expected(NeuronSpec spec, float[] currents, int steps)
    {
        var spikes = new float[steps * currents.Length];
        for (int i = 0; i < currents.Length; i++)
        {
            var neuron = new SlowNeuron(spec, LearnedLeak);
            for (int t = 0; t < steps; t++)
                spikes[t * currents.Length + i] = neuron.Step(currents[i]);
        }

        return spikes;
    }

    private static float[] Run(float[] currents, int[] shape, int[] outShape, int steps, Func<GraphBuilder, Value, Value[]> emit)
    {
        Dictionary<string, Tensor> outputs = LayerModel.Run(
            graph =>
            {
                Value[] spikes = emit(graph, graph.Input<float>("current", [.. shape.Select(side => (Dimension)side)]));
                for (int t = 0; t < steps; t++)
                    graph.Output<float>($"s{t}", graph.Cast(spikes[t], DataType.Float), [.. outShape.Select(side => (Dimension)side)]);
            },
            ("current", Tensor.Of(currents, shape)));
        return [.. Enumerable.Range(0, steps).SelectMany(t => outputs[$"s{t}"].Floats)];
    }
}
