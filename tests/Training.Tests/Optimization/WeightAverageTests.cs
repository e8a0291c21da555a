using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Optimization;
using SpikingDetector.Training.Tests.Gradients;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Optimization;

public sealed class WeightAverageTests : IDisposable
{
    private const double Decay = 0.4;
    private static readonly string[] Watched = ["conv1.weight", "bn1.bias", "bn1.running_var", "fc.bias"];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly Weights _trained = Weights.Initialise(NetworkLayout.Of(TinySpecs.Classifier(TinySpecs.Backbone())), CPU, 3);

    /// <summary>Against the recurrence in double precision: at first (1 + n)/(10 + n) is kept, from n = 5 the decay.</summary>
    [Fact]
    public void Update_KeepsTheDecayOrLessAtFirst()
    {
        using var average = new WeightAverage(_trained, Decay);
        double[][] expected = [.. Watched.Select(name => Values(_trained, name).Select(value => (double)value).ToArray())];
        for (int n = 0; n < 12; n++)
        {
            Change(n);
            average.Update(n);
            double kept = Math.Min(Decay, (1 + n) / (10.0 + n));
            foreach ((string name, double[] values) in Watched.Zip(expected))
            {
                float[] trained = Values(_trained, name);
                for (int i = 0; i < values.Length; i++)
                    values[i] = kept * values[i] + (1 - kept) * trained[i];
            }
        }

        foreach ((string name, double[] values) in Watched.Zip(expected))
        {
            float[] actual = Values(average.Weights, name);
            Assert.All(values.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
            Assert.NotEqual(actual, Values(_trained, name));
        }
    }

    [Fact]
    public void Load_TakesOverBothWeights()
    {
        using var average = new WeightAverage(_trained, Decay);
        Change(1);
        average.Update(0);
        string checkpoint = Path.Combine(_folder, "last.safetensors");
        string state = Path.Combine(_folder, "state.safetensors");
        average.Weights.Save(checkpoint, new Dictionary<string, string>());
        SafetensorsWriter.Write(state, new Dictionary<string, string>(), [.. average.SaveTrained()]);

        using var others = Weights.Initialise(_trained.Network, CPU, 8);
        using var restored = new WeightAverage(others, Decay);
        using (var last = Checkpoint.Open(checkpoint))
        using (var file = SafetensorsFile.Open(state))
            restored.Load(last, file);
        Assert.All(TensorLayout.Of(_trained.Network), shape =>
        {
            Assert.Equal(Values(_trained, shape.Name), Values(others, shape.Name));
            Assert.Equal(Values(average.Weights, shape.Name), Values(restored.Weights, shape.Name));
        });
        Assert.NotEqual(Values(others, Watched[0]), Values(restored.Weights, Watched[0]));
    }

    public void Dispose()
    {
        _trained.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static float[] Values(Weights weights, string name) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(Weights.Bytes(weights[name])).ToArray();

    /// <summary>Stands for a step of training.</summary>
    private void Change(int step)
    {
        using var noGrad = no_grad();
        foreach (TensorShape shape in TensorLayout.Of(_trained.Network))
            _trained[shape.Name].add_(0.1f * (step + 1));
    }
}
