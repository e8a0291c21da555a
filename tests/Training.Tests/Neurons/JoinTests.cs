using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Neurons;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Neurons;

/// <summary>Every join by its truth table: value and gradients for H and X of 0 and 1.</summary>
public sealed class JoinTests
{
    private static readonly float[] H = [0, 0, 1, 1];
    private static readonly float[] X = [0, 1, 0, 1];

    // Zhang et al. 2023: Y = H·H + (1 − H)·X, differentiated as written, with the gate held, and as H + X − H·X.
    [Theory]
    [InlineData(BlockKind.SpikeGate, (int)GateGradient.Literal, new float[] { 0, 1, 1, 1 }, new float[] { 0, -1, 2, 1 }, new float[] { 1, 1, 0, 0 })]
    [InlineData(BlockKind.SpikeGate, (int)GateGradient.Detached, new float[] { 0, 1, 1, 1 }, new float[] { 0, 0, 1, 1 }, new float[] { 1, 1, 0, 0 })]
    [InlineData(BlockKind.SpikeGate, (int)GateGradient.Or, new float[] { 0, 1, 1, 1 }, new float[] { 1, 0, 1, 0 }, new float[] { 1, 1, 0, 0 })]
    [InlineData(BlockKind.SewAdd, 0, new float[] { 0, 1, 1, 2 }, new float[] { 1, 1, 1, 1 }, new float[] { 1, 1, 1, 1 })]
    [InlineData(BlockKind.SewAnd, 0, new float[] { 0, 0, 0, 1 }, new float[] { 0, 1, 0, 1 }, new float[] { 0, 0, 1, 1 })]
    [InlineData(BlockKind.SewIand, 0, new float[] { 0, 1, 0, 0 }, new float[] { 0, -1, 0, -1 }, new float[] { 1, 1, 0, 0 })]
    public void Apply_FollowsTruthTable(BlockKind block, int gateGradient, float[] value, float[] slopeH, float[] slopeX)
    {
        Join join = Join.Of(new BackboneSpec { Block = block }, (GateGradient)gateGradient)!;
        var dynamics = new NeuronDynamics(1, NeuronKind.IntegrateAndFire, 1f, 1f, 0f, true, Surrogate.Default);

        // A current far above or below the threshold fires or not; the surrogate there is known.
        Tensor current = (tensor(H, [1, 4, 1, 1]) * 2).requires_grad_();
        Tensor shortcut = tensor(X, [1, 4, 1, 1]).requires_grad_();
        Tensor joined = NeuronFunction.Apply(dynamics, current, null, shortcut, join, false);
        joined.sum().backward();

        float surrogateAtOne = 1 / (1 + MathF.PI * MathF.PI);
        Assert.Equal(value, joined.data<float>().ToArray());
        Assert.Equal(slopeX, shortcut.grad!.data<float>().ToArray());
        Assert.Equal(slopeH, current.grad!.data<float>().ToArray().Select(gradient => MathF.Round(gradient / surrogateAtOne, 4)));
    }

    [Fact]
    public void Of_HasNoJoinForSpikingAnnAndLearnedGate()
    {
        Assert.Null(Join.Of(new BackboneSpec { Block = BlockKind.Spiking }, GateGradient.Or));
        Assert.Null(Join.Of(new BackboneSpec { Block = BlockKind.Ann }, GateGradient.Or));
        Assert.Null(Join.Of(new BackboneSpec { Gate = GateKind.BsgStar }, GateGradient.Or));
    }
}
