using SpikingDetector.Training.Tensors;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Neurons;

/// <summary>
/// A surrogate derivative at x = H − V_th. Arctan: α/2 / (1 + (π/2·α·x)²), which for α = 2 is the paper's
/// 1/(1 + (πx)²). Sigmoid: α·s·(1 − s) with s = 1/(1 + exp(−α·x)) (both as SpikingJelly defines them).
/// </summary>
/// <param name="Kind">The smooth step.</param>
/// <param name="Alpha">Its steepness, above 0.</param>
internal sealed record Surrogate(SurrogateKind Kind, float Alpha)
{
    /// <summary>The paper's: arctan with α = 2.</summary>
    public static Surrogate Default { get; } = new(SurrogateKind.Arctan, 2f);

    /// <summary>The derivative, elementwise.</summary>
    public Tensor Derivative(Tensor x)
    {
        using var scope = NewDisposeScope();
        if (Kind == SurrogateKind.Arctan)
        {
            Tensor scaled = x * Scalars.Of(MathF.PI / 2 * Alpha);
            return (scaled * scaled).add_(Scalars.One, Scalars.One).reciprocal_().mul_(Scalars.Of(Alpha / 2)).MoveToOuterDisposeScope();
        }

        Tensor s = (x * Scalars.Of(Alpha)).sigmoid_();
        return (Scalars.One.Minus(s) * s).mul_(Scalars.Of(Alpha)).MoveToOuterDisposeScope();
    }
}
