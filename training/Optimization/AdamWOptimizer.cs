using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Optimization;

/// <summary>
/// Adam with decoupled weight decay λ (Loshchilov and Hutter 2019, Algorithm 2, with λ times the rate as in PyTorch), β₁ = 0.9,
/// β₂ = 0.999, ε = 1e-8: p ← p − rate·λ·p, m ← β₁·m + (1 − β₁)·g, s ← β₂·s + (1 − β₂)·g²,
/// p ← p − rate/(1 − β₁ᵗ) · m/(√s/√(1 − β₂ᵗ) + ε) in step t.
/// </summary>
internal sealed class AdamWOptimizer(IEnumerable<(string Name, Parameter Parameter)> parameters, OptimizerRecipe recipe)
    : TrainingOptimizer(parameters, recipe, ["mean", "square"])
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;

    private static readonly Scalar Keep1 = Scalars.Of(Beta1);
    private static readonly Scalar Take1 = Scalars.Of(1 - Beta1);
    private static readonly Scalar Keep2 = Scalars.Of(Beta2);
    private static readonly Scalar Take2 = Scalars.Of(1 - Beta2);
    private static readonly Scalar Epsilon = Scalars.Of(1e-8);

    private readonly double _weightDecay = recipe.WeightDecay;

    protected override void Update(double learningRate)
    {
        using Scalar descent = Scalars.New(-learningRate / (1 - Math.Pow(Beta1, Steps)));
        using Scalar correction = Scalars.New(Math.Sqrt(1 - Math.Pow(Beta2, Steps)));
        using Scalar decayed = Scalars.New(1 - learningRate * _weightDecay);
        foreach (Slot slot in Slots)
        {
            using Tensor? gradient = slot.Parameter.grad;
            if (gradient is null)
                continue;
            if (slot.WeightDecay > 0)
                slot.Parameter.mul_(decayed);
            (Tensor mean, Tensor square) = (slot.State[0], slot.State[1]);
            mean.mul_(Keep1).add_(gradient, Take1);
            square.mul_(Keep2).addcmul_(gradient, gradient, Take2);
            using Tensor divisor = square.sqrt();
            divisor.div_(correction).add_(Epsilon, Scalars.One);
            slot.Parameter.addcdiv_(mean, divisor, descent);
        }
    }
}
