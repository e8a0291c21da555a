using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Optimization;

/// <summary>
/// Stochastic gradient descent with momentum µ and weight decay λ, as PyTorch defines it (no dampening): g ← g + λ·p,
/// v ← µ·v + g, p ← p − rate·v; with Nesterov's momentum (Sutskever et al. 2013) p ← p − rate·(g + µ·v).
/// </summary>
internal sealed class SgdOptimizer(IEnumerable<(string Name, Parameter Parameter)> parameters, OptimizerRecipe recipe)
    : TrainingOptimizer(parameters, recipe, recipe.Momentum > 0 ? [MomentumPart] : [])
{
    private const string MomentumPart = "momentum";

    private readonly Scalar _momentum = Scalars.Of(recipe.Momentum);
    private readonly bool _nesterov = recipe.Nesterov;

    protected override void Update(double learningRate)
    {
        using Scalar descent = Scalars.New(-learningRate);
        foreach (Slot slot in Slots)
        {
            using Tensor? gradient = slot.Parameter.grad;
            if (gradient is null)
                continue;
            if (slot.WeightDecay > 0)
                gradient.add_(slot.Parameter, Scalars.Of(slot.WeightDecay));
            Tensor direction = gradient;
            if (slot.State is [Tensor velocity])
            {
                velocity.mul_(_momentum).add_(gradient, Scalars.One);
                direction = _nesterov ? gradient.add_(velocity, _momentum) : velocity;
            }

            slot.Parameter.add_(direction, descent);
        }
    }
}
