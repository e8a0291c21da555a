using SpikingDetector.Core.Architecture;
using SpikingDetector.Training.Tensors;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Networks;

/// <summary>
/// Start values. Convolutions: Kaiming normal, fan-out, ReLU gain. Batch normalisation: γ = 1, β = 0, and no
/// zero-initialised last γ, which would silence a block. Pyramid: Kaiming uniform with a = 1. Heads: N(0, 0.01) with the
/// class bias −ln 99, so that every anchor starts at a probability of 0.01 (Lin et al. 2017, 4.1).
/// PLIF: w = −ln(τ₀ − 1). BSG*: w = 1, b = 0.
/// </summary>
internal sealed class WeightInitialisation(NetworkLayout network)
{
    private const double HeadDeviation = 0.01;
    private static readonly double ClassBias = -Math.Log(99);

    public Tensor Make(TensorShape shape)
    {
        string name = shape.Name;
        long[] sides = [.. shape.Shape];
        if (shape.Shape.Count == 0)
            return tensor((float)-Math.Log(network.Spec.Backbone.Neuron.Tau!.Value - 1));
        if (name == "head.classification_head.cls_logits.bias")
            return full(sides, Scalars.Of(ClassBias));
        if (name.StartsWith("fc.", StringComparison.Ordinal))
            return Uniform(sides, 1 / Math.Sqrt(network.FeatureChannels));
        if (sides.Length == 1)
            return name.EndsWith(".weight", StringComparison.Ordinal) || name.EndsWith(".running_var", StringComparison.Ordinal) ? ones(sides) : zeros(sides);
        if (name.StartsWith("head.", StringComparison.Ordinal))
            return randn(sides).mul_(Scalars.Of(HeadDeviation));
        double area = sides[2] * sides[3];
        if (name.StartsWith("backbone.fpn.", StringComparison.Ordinal))
            return Uniform(sides, Math.Sqrt(3 / (sides[1] * area)));
        return randn(sides).mul_(Scalars.Of(Math.Sqrt(2 / (sides[0] * area))));
    }

    private static Tensor Uniform(long[] sides, double bound) => rand(sides).mul_(Scalars.Of(2 * bound)).sub_(Scalars.Of(bound));
}
