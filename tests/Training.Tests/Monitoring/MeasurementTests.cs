using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Monitoring;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Runs;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Monitoring;

/// <summary>Firing rates and gradient norms are those of plain loops, and to measure them changes nothing.</summary>
public sealed class MeasurementTests : IDisposable
{
    private const int Side = 32;
    private const int Channels = 4;
    private const int Steps = 3;

    private static readonly ModelSpec Spec = ModelSpec.Parse(
        $$"""
        {
          "format": "spiking-detector/1", "name": "tiny", "task": "classification", "labels": ["a", "b"],
          "backbone": {
            "depth": 10, "base_channels": {{Channels}}, "stem": "cifar", "block": "sg", "gate": "bsg",
            "neuron": { "type": "if" }, "time_steps": {{Steps}}
          },
          "decoder": { "type": "rate" },
          "input": { "height": {{Side}}, "width": {{Side}}, "mean": [0, 0, 0], "std": [1, 1, 1] }
        }
        """,
        "test");

    private readonly Weights _weights = Weights.Initialise(NetworkLayout.Of(Spec), CPU, 1);
    private readonly TrainingTask _task;
    private readonly Batch _batch;

    public MeasurementTests()
    {
        _task = new ClassificationTask(_weights, new(), Precision.Float32);
        var pixels = new byte[2 * Side * Side * 3];
        new Random(1).NextBytes(pixels);
        _batch = new Batch(Side, Side, pixels, [Target.OfClass(0), Target.OfClass(1)], [0, 1]);
    }

    [Fact]
    public void MeasureFiringRates_IsTheShareOfOnes()
    {
        IReadOnlyDictionary<string, double> rates = _task.MeasureFiringRates(_batch);
        Assert.Equal(12, rates.Count);
        Assert.Equal("sn1", rates.First().Key);
        Assert.Equal(StemRate(), rates["sn1"], 1e-4);
    }

    [Fact]
    public void MeasureFiringRates_ChangesNeitherWeightsNorRandomNumbers()
    {
        string[] before = Snapshot();
        manual_seed(7);
        float[] expected = rand(5).data<float>().ToArray();
        manual_seed(7);
        _task.MeasureFiringRates(_batch);
        Assert.Equal(expected, rand(5).data<float>().ToArray());
        Assert.Equal(before, Snapshot());

        // The same, watched while it learns, does change the running statistics.
        using (no_grad())
            _task.ComputeLosses(_batch);
        Assert.NotEqual(before, Snapshot());
    }

    [Fact]
    public void BlockGradients_AreTheNormsOfTheBlocksGradients()
    {
        _task.ComputeLosses(_batch).Total.backward();
        (double first, double last) = new BlockGradients(_weights).Measure();
        Assert.Equal(Norm("layer1.0."), first, 1e-5 * first);
        Assert.Equal(Norm("layer4.0."), last, 1e-5 * last);
        Assert.True(first > 0 && last > 0);
    }

    public void Dispose() => _weights.Dispose();

    private double Norm(string prefix) => Math.Sqrt(_weights.Parameters
        .Where(pair => pair.Name.StartsWith(prefix, StringComparison.Ordinal))
        .Sum(pair => pair.Parameter.grad!.contiguous().data<float>().ToArray().Sum(value => (double)value * value)));

    private string[] Snapshot() =>
        [.. TensorLayout.Of(_weights.Network).Select(shape => $"{shape.Name} {Convert.ToHexString(Weights.Bytes(_weights[shape.Name]))}")];

    /// <summary>IF neurons behind a 3×3 convolution with padding and batch statistics, number by number.</summary>
    private double StemRate()
    {
        float[] weight = _weights["conv1.weight"].contiguous().data<float>().ToArray();
        long spikes = 0;
        for (int channel = 0; channel < Channels; channel++)
        {
            double[] current = [.. Enumerable.Range(0, 2 * Side * Side).Select(position => Convolve(weight, channel, position))];
            double mean = current.Average();
            double variance = current.Average(value => (value - mean) * (value - mean));
            foreach (double value in current)
            {
                double membrane = 0;
                for (int step = 0; step < Steps; step++)
                {
                    membrane += (value - mean) / Math.Sqrt(variance + 1e-5);
                    if (membrane < 1)
                        continue;
                    spikes++;
                    membrane = 0;
                }
            }
        }

        return (double)spikes / (Channels * 2 * Side * Side * Steps);
    }

    private double Convolve(float[] weight, int channel, int position)
    {
        (int picture, int y, int x) = (position / (Side * Side), position / Side % Side, position % Side);
        double sum = 0;
        for (int colour = 0; colour < 3; colour++)
        {
            for (int dy = -1; dy <= 1; dy++)
            {
                for (int dx = -1; dx <= 1; dx++)
                {
                    (int row, int column) = (y + dy, x + dx);
                    if (row is < 0 or >= Side || column is < 0 or >= Side)
                        continue;
                    byte pixel = _batch.Input[((((picture * Side) + row) * Side) + column) * 3 + colour];
                    sum += weight[(((channel * 3) + colour) * 3 + dy + 1) * 3 + dx + 1] * pixel / 255.0;
                }
            }
        }

        return sum;
    }
}
