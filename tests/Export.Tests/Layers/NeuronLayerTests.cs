using System.Text.Json;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using SpikingDetector.Export.Tests.Slow;

namespace SpikingDetector.Export.Tests.Layers;

public sealed class NeuronLayerTests
{
    private const int Count = 500;

    public static TheoryData<NeuronKind, float, float?, float, int> Neurons()
    {
        var rows = new TheoryData<NeuronKind, float, float?, float, int>();
        foreach (NeuronKind kind in Enum.GetValues<NeuronKind>())
        {
            foreach (float tau in (float[])[1.7f, 2f, 3f])
            {
                rows.Add(kind, 1f, 0f, tau, 4);
                rows.Add(kind, 1f, null, tau, 4);
                rows.Add(kind, 0.7f, null, tau, 16);
                rows.Add(kind, 0.7f, -0.25f, tau, 16);
                rows.Add(kind, 1f, 0.1f, tau, 16);
                rows.Add(kind, 1f, 0.1f, tau, 1);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Neurons))]
    public void Spikes_AreThoseOfTheFormulas(NeuronKind kind, float threshold, float? reset, float tau, int steps)
    {
        float w = -MathF.Log(tau - 1);
        var spec = new NeuronSpec { Kind = kind, Threshold = threshold, Reset = reset, Tau = tau };
        var random = new Random(5);
        var currents = new float[steps * Count];
        var expected = new float[currents.Length];
        for (int i = 0; i < Count; i++)
        {
            var neuron = new SlowNeuron(spec, w);
            for (int t = 0; t < steps; t++)
            {
                // Half of them lead to the threshold or some bits beside it, where the last bit decides.
                float current = random.Next(2) == 0 ? random.NextSingle() * 6 - 1 : neuron.CurrentToThreshold();
                current += random.Next(-3, 4) * (MathF.BitIncrement(current) - current);
                currents[t * Count + i] = current;
                expected[t * Count + i] = neuron.Step(current);
            }
        }

        float[] spikes = Run(spec, w, currents, steps);

        Assert.Equal(expected, spikes);
        Assert.InRange(spikes.Average(), 0.02f, 0.98f);
    }

    [Fact]
    public void Charge_ThatEqualsTheThreshold_Fires() =>
        Assert.Equal([0, 1, 0, 1], Run(new NeuronSpec(), null, [0.5f, 0.5f, 0.5f, 0.5f], 4));

    [Theory]
    [MemberData(nameof(SpikingJellyCases))]
    public void Spikes_AreThoseOfSpikingJelly(int index)
    {
        JsonElement sample = Cases()[index];
        int steps = sample.GetProperty("time_steps").GetInt32();
        var spec = new NeuronSpec
        {
            Kind = sample.GetProperty("neuron").GetString() switch
            {
                "if" => NeuronKind.IntegrateAndFire,
                "lif" => NeuronKind.Leaky,
                _ => NeuronKind.ParametricLeaky,
            },
            Threshold = sample.GetProperty("v_threshold").GetSingle(),
            Reset = sample.GetProperty("v_reset").GetSingle(),
            Tau = Optional(sample.GetProperty("tau")),
        };
        Assert.Equal(Floats(sample, "spikes"), Run(spec, Optional(sample.GetProperty("plif_w")), Floats(sample, "input"), steps));
    }

    public static TheoryData<int> SpikingJellyCases() => new(Enumerable.Range(0, Cases().Count));

    private static float[] Run(NeuronSpec spec, float? w, float[] currents, int steps)
    {
        int count = currents.Length / steps;
        (string, Tensor)[] inputs =
            [.. Enumerable.Range(0, steps).Select(t => ($"i{t}", Tensor.Of(currents[(t * count)..((t + 1) * count)], 1, count)))];
        Dictionary<string, Tensor> outputs = LayerModel.Run(Build, inputs);
        return [.. Enumerable.Range(0, steps).SelectMany(t => outputs[$"s{t}"].Floats)];

        void Build(GraphBuilder graph)
        {
            Value[] values = [.. Enumerable.Range(0, steps).Select(t => graph.Input<float>($"i{t}", 1, count))];
            Value[] spikes = new NeuronLayer(graph, spec, "sn1", w).EmitFloats(values);
            for (int t = 0; t < steps; t++)
                graph.Output<float>($"s{t}", spikes[t], 1, count);
        }
    }

    private static List<JsonElement> Cases()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "reference", "neurons.json");
        return [.. JsonDocument.Parse(File.ReadAllBytes(path)).RootElement.GetProperty("cases").EnumerateArray()];
    }

    private static float? Optional(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetSingle();

    private static float[] Floats(JsonElement sample, string name) =>
        [.. sample.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];
}
