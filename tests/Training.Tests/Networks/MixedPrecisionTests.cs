using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Optimization;
using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Runs;
using SpikingDetector.Training.Tests.Gradients;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Networks;

/// <summary>Precision bfloat16: products of convolutions in bfloat16, all else in float32.</summary>
public sealed class MixedPrecisionTests
{
    /// <summary>bfloat16 has 8 bits of precision.</summary>
    private const float Tolerance = 0.01f;

    private static readonly ForwardPass Mixed = ForwardPass.Training with { Precision = Precision.BFloat16 };

    [Fact]
    public void Convolution_MultipliesBFloat16AndGivesFloat32()
    {
        using Weights weights = Detector(fpnChannels: 16);
        ConvolutionLayout layout = weights.Network.Detector!.Outer[0];
        Tensor x = ChannelsLast.Of(randn(2, layout.InChannels, 8, 12));
        Tensor mixed = new Convolution(weights, layout).Forward(x, Mixed);
        Tensor full = new Convolution(weights, layout).Forward(x, ForwardPass.Training);

        Assert.Equal(ScalarType.Float32, mixed.dtype);
        Assert.True(HoldsBFloat16(mixed));
        Assert.False(HoldsBFloat16(full));
        Assert.InRange(Reference.LargestDifference(mixed, full), 1e-5f, 0.03f);
    }

    /// <summary>Their bfloat16 kernels give NaN (<see cref="Poison.UninitialisedMemoryTests"/>).</summary>
    [Fact]
    public void Convolution_ToOtherThanAMultipleOf16Channels_StaysFloat32()
    {
        using Weights weights = Detector(fpnChannels: 24);
        ConvolutionLayout layout = weights.Network.Detector!.Outer[0];
        Tensor x = ChannelsLast.Of(randn(2, layout.InChannels, 8, 12));
        Tensor mixed = new Convolution(weights, layout).Forward(x, Mixed);
        Assert.Equal(0, Reference.LargestDifference(mixed, new Convolution(weights, layout).Forward(x, ForwardPass.Training)));
    }

    [Fact]
    public void BatchNormalisationAndMembrane_AreFloat32()
    {
        using Weights weights = Classifier(BlockKind.SpikeGate);
        Tensor current = new Convolution(weights, weights.Network.Stem).Forward(ChannelsLast.Of(randn(6, 3, 8, 8)), Mixed);
        Assert.Equal(ScalarType.Float32, current.dtype);
        Assert.False(HoldsBFloat16(weights["bn1.running_var"]));

        // Had the membrane lost bits, spikes would differ from those of the same current in float32.
        Tensor watched = new NeuronLayer(weights, "sn1", new()).Forward(current, Mixed);
        Tensor expected = new NeuronLayer(weights, "sn1", new()).Forward(current, ForwardPass.Training);
        Assert.Equal(ScalarType.Float32, watched.dtype);
        Assert.Equal(0, Reference.LargestDifference(watched, expected));
    }

    /// <summary>Layer by layer: behind a threshold the smallest difference can be a spike.</summary>
    [Theory]
    [InlineData("conv1", StemKind.ImageNet)]
    [InlineData("layer1.0.conv2", StemKind.Cifar)]
    [InlineData("layer2.0.conv1", StemKind.Cifar)]
    [InlineData("layer2.0.downsample.0", StemKind.Cifar)]
    public void Gradients_AreThoseOfFloat32WithinRounding(string name, StemKind stem)
    {
        using Weights weights = Classifier(BlockKind.SpikeGate, stem);
        ConvolutionLayout layout = weights.Network.Blocks
            .SelectMany(block => (ConvolutionLayout?[])[.. block.Branch.Select(unit => unit.Convolution), block.Shortcut])
            .Append(weights.Network.Stem).Single(candidate => candidate?.Name == name)!;
        Tensor x = ChannelsLast.Of(randn(6, layout.InChannels, 16, 16)).detach().requires_grad_();
        Tensor loss = randn(6, layout.OutChannels, 16 / layout.Stride, 16 / layout.Stride);
        string[] parameters = [$"{name}.weight", $"{layout.BatchNorm}.weight", $"{layout.BatchNorm}.bias"];

        Tensor[] full = Gradients(ForwardPass.Training);
        Tensor[] mixed = Gradients(Mixed);

        Assert.All(mixed, gradient => Assert.Equal(ScalarType.Float32, gradient.dtype));
        Assert.All(full.Zip(mixed), pair =>
            Assert.InRange((pair.First - pair.Second).norm().item<float>() / pair.First.norm().item<float>(), 0, Tolerance));
        Assert.True((full[1] - mixed[1]).norm().item<float>() > 0);

        Tensor[] Gradients(ForwardPass pass)
        {
            (new Convolution(weights, layout).Forward(x, pass) * loss).sum().backward();
            Tensor[] gradients = [x.grad!.clone(), .. parameters.Select(parameter => weights[parameter].grad!.clone())];
            x.grad = null;
            foreach ((_, TorchSharp.Modules.Parameter parameter) in weights.Parameters)
                parameter.grad = null;
            return gradients;
        }
    }

    [Theory]
    [InlineData(BlockKind.SpikeGate)]
    [InlineData(BlockKind.Ann)]
    public void Training_LowersTheLoss(BlockKind block)
    {
        using Weights weights = Classifier(block);
        var task = new ClassificationTask(weights, new(), Precision.BFloat16);
        using var optimizer = TrainingOptimizer.Create(weights.Parameters, new OptimizerRecipe { Kind = OptimizerKind.Sgd, LearningRate = 0.05 });
        Batch batch = Noise(12);
        var losses = new List<float>();
        for (int step = 0; step < 25; step++)
        {
            using var scope = NewDisposeScope();
            Tensor loss = task.ComputeLosses(batch).Total;
            Assert.Equal(ScalarType.Float32, loss.dtype);
            losses.Add(loss.item<float>());
            optimizer.ForgetGradients();
            loss.backward();
            optimizer.Step(0.05);
        }

        Assert.InRange(losses[^1], 0, losses[0] * 0.75f);
        Assert.All(weights.Parameters, pair => Assert.Equal(ScalarType.Float32, pair.Parameter.dtype));
    }

    private static Weights Detector(int fpnChannels)
    {
        ModelSpec spec = TinySpecs.Detector(TinySpecs.Backbone());
        spec = spec with { Detector = spec.Detector! with { FpnChannels = fpnChannels } };
        return Weights.Initialise(NetworkLayout.Of(spec), CPU, 1);
    }

    private static Weights Classifier(BlockKind block, StemKind stem = StemKind.Cifar) => Weights.Initialise(
        NetworkLayout.Of(TinySpecs.Classifier(TinySpecs.Backbone(block) with { BaseChannels = 16, Stem = stem })), CPU, 1);

    private static Batch Noise(int count)
    {
        var pixels = new byte[count * 32 * 32 * 3];
        var random = new Random(3);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = random.Next(2) == 0 ? (byte)0 : (byte)255;
        return new Batch(32, 32, pixels, [.. Enumerable.Range(0, count).Select(i => Target.OfClass(i % 3))], [.. Enumerable.Range(0, count)]);
    }

    private static bool HoldsBFloat16(Tensor tensor) => tensor.to(ScalarType.BFloat16).to(ScalarType.Float32).equal(tensor).all().item<bool>();
}
