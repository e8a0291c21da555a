using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using SpikingDetector.Export.Quantization;

namespace SpikingDetector.Export.Tests.Layers;

public sealed class ByteNeuronLayerTests
{
    private const int Count = 2000;

    [Theory]
    [InlineData(1f, 32, 128, 4)]
    [InlineData(0.7f, 80, 96, 4)]
    [InlineData(1f, 12, 48, 1)]
    [InlineData(2f, 96, 120, 16)]
    public void Spikes_AreThoseOfSumsThatStopAtTheEnds(float threshold, int stepsToThreshold, byte zero, int timeSteps)
    {
        var random = new Random(11);
        byte[][] currents = [.. Enumerable.Range(0, timeSteps).Select(_ => { var step = new byte[Count]; random.NextBytes(step); return step; })];
        var expected = new List<float>();
        var membrane = new int[Count];
        Array.Fill(membrane, zero);
        foreach (byte[] step in currents)
        {
            for (int i = 0; i < Count; i++)
            {
                int charge = Math.Clamp(membrane[i] + step[i] - zero, 0, 255);
                bool fires = charge >= zero + stepsToThreshold;
                membrane[i] = fires ? zero : charge;
                expected.Add(fires ? 1 : 0);
            }
        }

        (string, Tensor)[] inputs = [.. currents.Select((step, t) => ($"i{t}", Tensor.Of(step, 1, Count)))];
        Dictionary<string, Tensor> outputs = LayerModel.Run(
            graph =>
            {
                Value[] values = [.. Enumerable.Range(0, timeSteps).Select(t => graph.Input<byte>($"i{t}", 1, Count))];
                var scale = new ByteScale(threshold / stepsToThreshold, zero);
                Value[] spikes = new ByteNeuronLayer(graph, new NeuronSpec { Threshold = threshold }, "sn", scale).Emit(values);
                for (int t = 0; t < timeSteps; t++)
                    graph.Output<float>($"s{t}", graph.Cast(spikes[t], Proto.TensorProto.Types.DataType.Float), 1, Count);
            },
            inputs);

        Assert.Equal(expected, Enumerable.Range(0, timeSteps).SelectMany(t => outputs[$"s{t}"].Floats));
        Assert.InRange(expected.Average(), 0.1, 0.9);
    }
}
