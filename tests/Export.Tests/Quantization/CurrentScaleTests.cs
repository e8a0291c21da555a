using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Quantization;
using SpikingDetector.Export.Tests.Slow;

namespace SpikingDetector.Export.Tests.Quantization;

public sealed class CurrentScaleTests
{
    private const int Count = 4000;
    private const int Steps = 4;

    [Fact]
    public void OrdinaryCurrents_GetAByteForTheMembrane_AndLoseFewSpikes()
    {
        var current = CurrentScale.For(Currents(), new NeuronSpec(), null);
        Assert.True(current.Narrow);
        Assert.InRange(current.Flipped, 1e-6, 0.005);

        // The threshold is a whole number of steps.
        float steps = 1 / current.Scale!.Value.Scale;
        Assert.Equal(MathF.Round(steps), steps, 1e-3f);
        Assert.Equal(1, current.Scale.Value.Round(1), 1e-5f);
    }

    [Fact]
    public void Flipped_IsTheShareOfSpikesThatDiffer()
    {
        float[][] currents = Currents();
        var spec = new NeuronSpec();
        var current = CurrentScale.For(currents, spec, null);
        ByteScale scale = current.Scale!.Value;
        int differing = 0;
        for (int i = 0; i < Count; i++)
        {
            var exact = new SlowNeuron(spec, 0);
            int membrane = 0;
            for (int t = 0; t < Steps; t++)
            {
                int step = (int)Math.Clamp(Math.Round((double)(currents[t][i] / scale.Scale)), -scale.ZeroPoint, 255 - scale.ZeroPoint);
                int charge = Math.Clamp(membrane + step, -scale.ZeroPoint, 255 - scale.ZeroPoint);
                bool fires = charge >= Math.Round(1 / scale.Scale);
                membrane = fires ? 0 : charge;
                differing += (exact.Step(currents[t][i]) == 1) != fires ? 1 : 0;
            }
        }

        Assert.Equal(differing / (double)(Count * Steps), current.Flipped, 1e-9);
    }

    [Fact]
    public void MembranesThatSinkDeep_AreFloats()
    {
        // Small steps far down and up again to the threshold: bytes that reach so far are too coarse for the last of them.
        var random = new Random(5);
        float[][] currents = [.. Enumerable.Range(0, 8).Select(t => (float[])
            [.. Enumerable.Range(0, Count).Select(_ => (t < 4 ? -1.5f : 1.75f) + 0.04f * (random.NextSingle() - 0.5f))])];
        var current = CurrentScale.For(currents, new NeuronSpec(), null);
        Assert.False(current.Narrow);
        Assert.InRange(current.Flipped, 0, 0.05);
    }

    [Theory]
    [InlineData(NeuronKind.Leaky, 0f)]
    [InlineData(NeuronKind.ParametricLeaky, 0f)]
    [InlineData(NeuronKind.IntegrateAndFire, null)]
    [InlineData(NeuronKind.IntegrateAndFire, 0.25f)]
    public void OtherNeurons_HaveFloatMembranes(NeuronKind kind, float? reset)
    {
        var spec = new NeuronSpec { Kind = kind, Reset = reset, Tau = 2 };
        var current = CurrentScale.For(Currents(), spec, 0.5f);
        Assert.False(current.Narrow);
        Assert.InRange(current.Flipped, 0, 0.01);
    }

    private static float[][] Currents()
    {
        var random = new Random(7);
        return
        [
            .. Enumerable.Range(0, Steps).Select(_ => (float[])
            [
                .. Enumerable.Range(0, Count).Select(_ =>
                    (float)(0.1 + 0.6 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))),
            ]),
        ];
    }
}
