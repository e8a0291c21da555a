using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Gradients;

/// <summary>
/// Random weights for a network and its slow twin, and the comparison of both: outputs, then the gradients of all inputs
/// and weights under a random loss.
/// </summary>
internal sealed class GradientCheck : IDisposable
{
    /// <summary>A case that comes nearer than this to a threshold is tried again with other numbers.</summary>
    private const double KinkDistance = 1e-5;

    private const double Tolerance = 2e-4;

    private readonly Random _random;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Dictionary<string, Scalar[]> _scalars = [];
    private readonly Dictionary<string, double[]> _statistics = [];
    private readonly List<(Tensor Fast, Scalar[] Slow)> _inputs = [];

    private GradientCheck(ModelSpec spec, NeuronTraining training, bool batchStatistics, int seed)
    {
        _random = new Random(seed);
        Neuron = training;
        Weights = Weights.Initialise(NetworkLayout.Of(spec), CPU, 0);
        foreach (TensorShape shape in TensorLayout.Of(Weights.Network))
        {
            float[] values = [.. Enumerable.Range(0, (int)shape.Elements).Select(_ => Draw(shape))];
            Weights.Assign(Weights[shape.Name], values);
            if (shape.Learned)
                _scalars.Add(shape.Name, [.. values.Select(value => (Scalar)(double)value)]);
            else
                _statistics.Add(shape.Name, [.. values.Select(value => (double)value)]);
        }

        Pass = batchStatistics ? ForwardPass.Training : ForwardPass.Inference;
        Slow = new SlowNetwork(spec, training, name => _scalars.GetValueOrDefault(name, []), name => _statistics[name], Kinks)
        {
            Training = batchStatistics,
        };
    }

    public NeuronTraining Neuron { get; }

    public Weights Weights { get; }

    public NetworkLayout Network => Weights.Network;

    public ForwardPass Pass { get; }

    public SlowNetwork Slow { get; }

    public Kinks Kinks { get; } = new();

    /// <summary>
    /// Compares what a part of the network computes with its slow twin, with the first numbers that keep away from kinks.
    /// </summary>
    public static void Run(
        ModelSpec spec,
        NeuronTraining? training,
        Func<GradientCheck, (Tensor Fast, Scalar[] Slow)> compute,
        bool batchStatistics = true)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            using var check = new GradientCheck(spec, training ?? new(), batchStatistics, seed);
            (Tensor fast, Scalar[] slow) = compute(check);
            if (check.Kinks.Nearest < KinkDistance)
                continue;
            check.AssertSame(fast, slow);
            return;
        }

        Assert.Fail("no numbers found that keep away from thresholds");
    }

    /// <summary>Spikes of 0 and 1 as an input of both.</summary>
    public (Tensor Fast, Map Slow) Spikes(int count, int channels, int height, int width) =>
        Input(count, channels, height, width, () => _random.Next(2));

    /// <summary>Numbers from −1 to 1.5 as an input of both.</summary>
    public (Tensor Fast, Map Slow) Reals(int count, int channels, int height, int width) =>
        Input(count, channels, height, width, () => _random.NextSingle() * 2.5f - 1);

    public byte[] Pixels(int count)
    {
        var pixels = new byte[count * Network.Spec.Input.Height * Network.Spec.Input.Width * 3];
        _random.NextBytes(pixels);
        return pixels;
    }

    public void Dispose()
    {
        _scope.Dispose();
        Weights.Dispose();
    }

    private (Tensor Fast, Map Slow) Input(int count, int channels, int height, int width, Func<float> draw)
    {
        var map = Map.Of(count, channels, height, width, (_, _, _, _) => (double)draw());
        Tensor values = tensor(map.Values.Select(value => (float)value.Value).ToArray(), [count, channels, height, width]);
        Tensor leaf = ChannelsLast.Of(values).detach().requires_grad_();
        _inputs.Add((leaf, map.Values));
        return (leaf, map);
    }

    private float Draw(TensorShape shape)
    {
        float uniform = _random.NextSingle() - 0.5f;
        if (shape.Shape.Count >= 2)
            return uniform * 4 / MathF.Sqrt(shape.Elements / shape.Shape[0]);
        bool scale = shape.Shape.Count == 1 && (shape.Name.EndsWith(".weight", StringComparison.Ordinal) || !shape.Learned);
        return scale && !shape.Name.EndsWith("mean", StringComparison.Ordinal) ? 1 + uniform : uniform + 0.2f;
    }

    private void AssertSame(Tensor fast, Scalar[] slow)
    {
        AssertNear("output", fast, slow.Select(number => number.Value));
        foreach ((string name, double[] values) in _statistics)
            AssertNear(name, Weights[name], values);

        // All gradients of a constant loss would be the same whatever the layer does.
        float[] loss = [.. slow.Select(_ => _random.NextSingle() * 2 - 1)];
        (fast * tensor(loss, fast.shape)).sum().backward();
        Scalar.Dot(slow, [.. loss.Select(factor => (Scalar)(double)factor)]).Backpropagate();

        var gradients = new List<(string Name, Tensor? Fast, Scalar[] Slow)>();
        gradients.AddRange(_inputs.Select(input => ("input", input.Fast.grad, input.Slow)));
        gradients.AddRange(Weights.Parameters.Select(pair => (pair.Name, pair.Parameter.grad, _scalars[pair.Name])));
        foreach ((string name, Tensor? gradient, Scalar[] numbers) in gradients)
        {
            if (gradient is null)
                Assert.All(numbers, number => Assert.Equal(0, number.Gradient));
            else
                AssertNear($"gradient of {name}", gradient, numbers.Select(number => number.Gradient));
        }

        Assert.Contains(gradients, gradient => gradient.Slow.Any(number => Math.Abs(number.Gradient) > 1e-3));
    }

    private static void AssertNear(string what, Tensor fast, IEnumerable<double> slow)
    {
        using var noGrad = no_grad();
        double[] expected = [.. slow];
        float[] actual = fast.contiguous().data<float>().ToArray();
        Assert.Equal(expected.Length, actual.Length);
        double bound = Tolerance * Math.Max(0.01, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= bound, $"{what}, element {i}: {actual[i]}, slowly {expected[i]}");
    }
}
