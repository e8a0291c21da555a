using TorchSharp;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Neurons;

/// <summary>
/// A layer of spiking neurons over all T steps as one differentiable function, with the block's join fused in. It
/// saves only its inputs and computes the membrane potentials again on the way back (backpropagation through time).
/// On CPU it runs vectorised on the tensors' memory, elsewhere in tensor operations.
/// </summary>
internal sealed class NeuronFunction : autograd.SingleTensorFunction<NeuronFunction>
{
    private const string ArgumentsKey = "arguments";

    public override string Name => nameof(NeuronFunction);

    /// <summary>Spikes, or joined spikes, [T·N, C, H, W].</summary>
    /// <param name="dynamics">Constants of the layer.</param>
    /// <param name="current">I: [T·N, C, H, W] with time outermost, or [N, C, H, W] where it is the same at every step.</param>
    /// <param name="gain">k of PLIF's charge as a scalar tensor; null for IF and LIF.</param>
    /// <param name="shortcut">X of the join, [T·N, C, H, W], or null.</param>
    /// <param name="join">How spikes and shortcut are joined; null exactly where there is no shortcut.</param>
    /// <param name="constantCurrent">Whether <paramref name="current"/> holds one step for all.</param>
    /// <param name="clock">Measures the layer.</param>
    public static Tensor Apply(
        NeuronDynamics dynamics,
        Tensor current,
        Tensor? gain,
        Tensor? shortcut,
        Join? join,
        bool constantCurrent,
        NeuronClock? clock = null)
    {
        var arguments = new Arguments(dynamics, join, constantCurrent, gain is not null) { Clock = clock };
        List<object> inputs = [arguments, current];
        if (gain is not null)
            inputs.Add(gain);
        if (shortcut is not null)
            inputs.Add(shortcut);
        return apply([.. inputs]);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var arguments = (Arguments)vars[0];
        List<Tensor> tensors = [.. vars.Skip(1).Cast<Tensor>()];
        ctx.save_data(ArgumentsKey, arguments);
        ctx.save_for_backward(tensors);
        using var noGrad = no_grad();
        INeuronLoop loop = Loop(tensors, arguments);
        return arguments.Clock is { } clock
            ? clock.TimeForward(() => loop.Forward(arguments, tensors))
            : loop.Forward(arguments, tensors);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var arguments = (Arguments)ctx.get_data(ArgumentsKey);
        List<Tensor> saved = ctx.get_saved_variables();
        using var noGrad = no_grad();
        INeuronLoop loop = Loop(saved, arguments);
        List<Tensor> gradients = arguments.Clock is { } clock
            ? clock.TimeBackward(() => loop.Backward(arguments, saved, grad_output))
            : loop.Backward(arguments, saved, grad_output);

        // Nothing else owns these; left to the finaliser they pile up.
        foreach (Tensor tensor in saved)
            tensor.Dispose();
        grad_output.Dispose();
        return [null!, .. gradients];
    }

    private static INeuronLoop Loop(List<Tensor> tensors, Arguments arguments) =>
        tensors[0].device_type == DeviceType.CPU && tensors[0].dtype == ScalarType.Float32
            && arguments.Dynamics.Surrogate.Kind == SurrogateKind.Arctan
            ? VectorNeuronLoop.Instance
            : TensorNeuronLoop.Instance;

    /// <summary>What is constant in a call.</summary>
    internal sealed record Arguments(NeuronDynamics Dynamics, Join? Join, bool ConstantCurrent, bool HasGain)
    {
        public NeuronClock? Clock { get; init; }

        public Tensor? Gain(List<Tensor> tensors) => HasGain ? tensors[1] : null;

        public Tensor? Shortcut(List<Tensor> tensors) => Join is null ? null : tensors[^1];
    }
}
