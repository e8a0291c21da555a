using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Neurons;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Neurons;

/// <summary>
/// Normalisation, neurons and join in one function against LibTorch's batch normalisation and the loop in tensor
/// operations, both in double precision: spikes bit for bit, gradients of everything, running statistics.
/// </summary>
public sealed class NormedNeuronFunctionTests : IDisposable
{
    private const double Momentum = 0.1;
    private const double Epsilon = 1e-5;

    /// <summary>Numbers that bring a membrane nearer than this to the threshold are drawn again.</summary>
    private const float KinkDistance = 2e-6f;

    private readonly int _threads = get_num_threads();

    private static readonly NeuronDynamics Paper = new(4, NeuronKind.IntegrateAndFire, 1f, 1f, 0f, true, Surrogate.Default);

    private static readonly Join Or = Join.Of(new BackboneSpec(), GateGradient.Or)!;

    /// <summary>Case by case; sizes are pictures, channels, height, width. Large ones take several blocks.</summary>
    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["one block, sixteen channels"] = new(Paper, Or, 2, 16, 4, 4),
        ["several blocks"] = new(Paper, Or, 4, 32, 13, 12),
        ["several blocks of an odd number of channels"] = new(Paper, Or, 3, 37, 13, 14),
        ["fewer neurons than a vector has lanes"] = new(Paper, Or, 1, 3, 1, 2),
        ["one channel"] = new(Paper, null, 5, 1, 7, 9),
        ["last vector not full"] = new(Paper, null, 3, 24, 3, 5),
        ["one time step"] = new(Paper with { TimeSteps = 1 }, Or, 4, 8, 6, 6),
        ["constant current"] = new(Paper, null, 4, 32, 13, 12) { ConstantCurrent = true },
        ["constant current, odd channels, learned leak"] =
            new(Paper with { Kind = NeuronKind.ParametricLeaky }, null, 3, 5, 4, 4) { ConstantCurrent = true },
        ["constant current, last vector not full"] = new(Paper, Or, 3, 5, 3, 3) { ConstantCurrent = true },
        ["learned leak, last vector not full"] = new(Paper with { Kind = NeuronKind.ParametricLeaky }, Or, 3, 5, 3, 3),
        ["soft reset"] = new(Paper with { Reset = null }, Or, 2, 16, 8, 8),
        ["soft reset in the gradient"] = new(Paper with { Reset = null, DetachReset = false }, Or, 2, 16, 8, 8),
        ["hard reset below 0 in the gradient"] = new(Paper with { Reset = -0.25f, DetachReset = false }, Or, 2, 12, 8, 8),
        ["leak"] = new(Paper with { Kind = NeuronKind.Leaky, Tau = 1.7f, Threshold = 0.5f }, Or, 2, 16, 9, 8),
        ["learned leak, several blocks"] = new(Paper with { Kind = NeuronKind.ParametricLeaky, Threshold = 0.5f }, Or, 4, 32, 13, 12),
        ["another steepness"] = new(Paper with { Surrogate = new Surrogate(SurrogateKind.Arctan, 5f) }, Or, 2, 16, 8, 8),
        ["literal gate"] = new(Paper, Join.Of(new BackboneSpec(), GateGradient.Literal), 2, 16, 8, 8),
        ["detached gate"] = new(Paper, Join.Of(new BackboneSpec(), GateGradient.Detached), 2, 16, 8, 8),
        ["sum"] = new(Paper, Join.Of(new BackboneSpec { Block = BlockKind.SewAdd }, GateGradient.Or), 2, 16, 8, 8),
        ["product"] = new(Paper, Join.Of(new BackboneSpec { Block = BlockKind.SewAnd }, GateGradient.Or), 2, 16, 8, 8),
        ["inverted product"] = new(Paper, Join.Of(new BackboneSpec { Block = BlockKind.SewIand }, GateGradient.Or), 2, 16, 8, 8),
    };

    public static TheoryData<string> Names { get; } = [.. Cases.Keys];

    public void Dispose() => set_num_threads(_threads);

    [Theory]
    [MemberData(nameof(Names))]
    public void InFloat32_ItIsTheCompositionOfItsParts(string name) =>
        Check(Cases[name], ScalarType.Float32, ScalarType.Float32, 1e-4f);

    [Theory]
    [MemberData(nameof(Names))]
    public void InBFloat16_ProductsAndSpikesAreRoundedAndNothingBetween(string name) =>
        Check(Cases[name], ScalarType.BFloat16, ScalarType.BFloat16, 8e-3f);

    /// <summary>As behind a convolution that cannot be trusted with bfloat16, and where spikes are watched.</summary>
    [Theory]
    [InlineData("last vector not full", ScalarType.Float32, ScalarType.BFloat16)]
    [InlineData("several blocks", ScalarType.Float32, ScalarType.BFloat16)]
    [InlineData("several blocks", ScalarType.BFloat16, ScalarType.Float32)]
    public void ProductsAndSpikes_MayBeOfDifferentTypes(string name, ScalarType products, ScalarType spikes) =>
        Check(Cases[name], products, spikes, 8e-3f);

    [Theory]
    [InlineData("several blocks", ScalarType.Float32)]
    [InlineData("learned leak, several blocks", ScalarType.Float32)]
    [InlineData("several blocks of an odd number of channels", ScalarType.BFloat16)]
    public void AnyNumberOfThreads_GivesTheSameBits(string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        Case item = Cases[name];
        Values values = item.Draw(1, type, type);
        set_num_threads(1);
        Results one = item.RunFused(values, type);
        foreach (int threads in (int[])[2, 3, 2])
        {
            set_num_threads(threads);
            Results several = item.RunFused(values, type);
            Assert.All(one.All.Zip(several.All), pair => Assert.Equal(Bytes(pair.First.Value), Bytes(pair.Second.Value)));
        }
    }

    /// <summary>The second size is less than a period of the channels' tables.</summary>
    [Theory]
    [InlineData(8, 20, 30)]
    [InlineData(3, 7, 1)]
    public void StatisticsOfNumbersFarFromZero_LoseNothing(int pictures, int channels, int side)
    {
        using var scope = NewDisposeScope();
        manual_seed(11);

        // A thousand deviations from 0: a plain sum of squares in float32 would keep no digit of the variance.
        Tensor products = ChannelsLast.Of(randn(pictures, channels, side, side).mul_(0.5f).add_(500f));
        (Tensor mean, Tensor variance) = (zeros(channels), zeros(channels));
        var arguments = new NormedNeuronFunction.Arguments(Paper, null, true, false, ScalarType.Float32)
        {
            RunningMean = mean,
            RunningVariance = variance,
            Momentum = 1,
            Epsilon = Epsilon,
        };
        _ = NormedNeuronFunction.Apply(arguments, products, ones(channels), zeros(channels), null, null);
        Tensor exact = products.to(ScalarType.Float64);
        AssertNear("mean", exact.mean([0, 2, 3]), mean, 1e-7f);
        AssertNear("variance", exact.var([0, 2, 3], unbiased: true), variance, 2e-6f);
    }

    private static void Check(Case item, ScalarType productType, ScalarType spikeType, float tolerance)
    {
        for (int seed = 1; seed <= 50; seed++)
        {
            using var scope = NewDisposeScope();
            Values values = item.Draw(seed, productType, spikeType);
            Results expected = item.RunParts(values, 0);
            if (!(Spikes(-KinkDistance).equal(Spikes(KinkDistance)).all().item<bool>()))
                continue;

            Results actual = item.RunFused(values, spikeType);
            Assert.Equal(spikeType, actual.Output.dtype);
            AssertNear("output", expected.Output, actual.Output, 0);
            foreach (((string name, Tensor fused), (_, Tensor parts)) in actual.All.Zip(expected.All))
            {
                // What is summed up is not rounded to the products' type.
                bool rounded = name is "product gradient" or "shortcut gradient";
                AssertNear(name, parts, fused, rounded ? tolerance : 1e-4f);
            }

            double rate = expected.Output.mean().item<double>();
            Assert.InRange(rate, 0.02, 1.5);
            return;

            Tensor Spikes(float shift) => item.RunParts(values, shift).Output;
        }

        Assert.Fail("no numbers found that keep away from the threshold");
    }

    private static void AssertNear(string what, Tensor expected, Tensor actual, float tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        double largest = expected.abs().max().item<double>();
        double difference = (actual.to(ScalarType.Float64) - expected).abs().max().item<double>();
        Assert.True(difference <= tolerance * largest, $"{what}: differs by {difference} where the largest is {largest}");
    }

    private static byte[] Bytes(Tensor tensor) => tensor.to(ScalarType.Float32).contiguous().bytes.ToArray();

    /// <summary>Inputs of a call and the gradient of its output.</summary>
    private sealed record Values(Tensor Products, Tensor Weight, Tensor Bias, Tensor? Gain, Tensor? Shortcut, Tensor OutputGradient);

    /// <summary>What a call gave.</summary>
    private sealed record Results(Tensor Output, IReadOnlyList<(string Name, Tensor Value)> All);

    private sealed record Case(NeuronDynamics Dynamics, Join? Join, int Pictures, int Channels, int Height, int Width)
    {
        public bool ConstantCurrent { get; init; }

        public Values Draw(int seed, ScalarType productType, ScalarType spikeType)
        {
            manual_seed(seed);
            long[] steps = [Pictures * Dynamics.TimeSteps, Channels, Height, Width];
            long[] shape = ConstantCurrent ? [Pictures, .. steps[1..]] : steps;
            return new Values(
                ChannelsLast.Of((randn(shape) * 2 + randn(1, Channels, 1, 1)).to(productType)),
                rand(Channels) + 0.5f,
                rand(Channels) - 0.2f,
                Dynamics.Kind == NeuronKind.ParametricLeaky ? tensor(0.6f) : null,
                Join is null ? null : ChannelsLast.Of(randint(0, 2, steps).to(spikeType)),
                ChannelsLast.Of(randn(steps).to(spikeType)));
        }

        /// <summary>The function under test.</summary>
        public Results RunFused(Values values, ScalarType spikeType)
        {
            (Tensor mean, Tensor variance) = (ones(Channels), ones(Channels));
            Tensor[] leaves = Leaves(values, tensor => tensor);
            var arguments = new NormedNeuronFunction.Arguments(Dynamics, Join, ConstantCurrent, values.Gain is not null, spikeType)
            {
                RunningMean = mean,
                RunningVariance = variance,
                Momentum = Momentum,
                Epsilon = Epsilon,
            };
            Tensor output = NormedNeuronFunction.Apply(
                arguments,
                leaves[0],
                leaves[1],
                leaves[2],
                values.Gain is null ? null : leaves[3],
                Join is null ? null : leaves[^1]);
            return Backward(output, values.OutputGradient, leaves, mean, variance);
        }

        /// <summary>The parts in double precision; the threshold may be shifted a little.</summary>
        public Results RunParts(Values values, float shift)
        {
            (Tensor mean, Tensor variance) = (ones(Channels, ScalarType.Float64), ones(Channels, ScalarType.Float64));
            Tensor[] leaves = Leaves(values, tensor => tensor.to(ScalarType.Float64));
            Tensor current = nn.functional.batch_norm(leaves[0], mean, variance, leaves[1], leaves[2], true, Momentum, Epsilon);
            Tensor output = NeuronFunction.Apply(
                Dynamics with { Threshold = Dynamics.Threshold + shift },
                current,
                values.Gain is null ? null : leaves[3],
                Join is null ? null : leaves[^1],
                Join,
                ConstantCurrent);
            return Backward(output, values.OutputGradient.to(ScalarType.Float64), leaves, mean, variance);
        }

        private static Tensor[] Leaves(Values values, Func<Tensor, Tensor> convert) =>
        [
            .. new[] { values.Products, values.Weight, values.Bias, values.Gain, values.Shortcut }
                .OfType<Tensor>().Select(tensor => convert(tensor.detach().clone()).requires_grad_()),
        ];

        private Results Backward(Tensor output, Tensor gradient, Tensor[] leaves, Tensor mean, Tensor variance)
        {
            output.backward([gradient]);
            List<(string, Tensor)> all = [("running mean", mean), ("running variance", variance), ("product gradient", leaves[0].grad!)];
            all.Add(("γ gradient", leaves[1].grad!));
            all.Add(("β gradient", leaves[2].grad!));
            if (Dynamics.Kind == NeuronKind.ParametricLeaky)
                all.Add(("gain gradient", leaves[3].grad!));
            if (Join is not null)
                all.Add(("shortcut gradient", leaves[^1].grad!));
            return new Results(output.detach(), all);
        }
    }
}
