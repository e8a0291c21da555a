using SpikingDetector.Training.Tensors;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Neurons;

/// <summary>Heaviside step (1 where x ≥ 0) with a surrogate derivative: the learned gate of BSG*.</summary>
internal sealed class StepFunction : autograd.SingleTensorFunction<StepFunction>
{
    private const string SurrogateKey = "surrogate";

    public override string Name => nameof(StepFunction);

    public static Tensor Apply(Tensor x, Surrogate surrogate) => apply(surrogate, x);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var x = (Tensor)vars[1];
        ctx.save_data(SurrogateKey, vars[0]);
        ctx.save_for_backward([x]);
        return x.ge(Scalars.Of(0)).to(x.dtype);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using Tensor x = ctx.get_saved_variables()[0];
        using Tensor derivative = ((Surrogate)ctx.get_data(SurrogateKey)).Derivative(x);
        Tensor gradient = grad_output * derivative;
        grad_output.Dispose();
        return [null!, gradient];
    }
}
