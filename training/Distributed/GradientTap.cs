using static TorchSharp.torch;

namespace SpikingDetector.Training.Distributed;

/// <summary>
/// The identity, which tells when the backward pass comes by: the gradients of all that lies behind it in the network
/// are complete then.
/// </summary>
internal sealed class GradientTap : autograd.SingleTensorFunction<GradientTap>
{
    private const string ReachedKey = "reached";

    public override string Name => nameof(GradientTap);

    /// <summary>The tensor; <paramref name="reached"/> is called when its gradient is known.</summary>
    public static Tensor Apply(Tensor x, Action reached) => apply(reached, x);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(ReachedKey, vars[0]);
        return ((Tensor)vars[1]).alias();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ((Action)ctx.get_data(ReachedKey))();
        return [null!, grad_output];
    }
}
