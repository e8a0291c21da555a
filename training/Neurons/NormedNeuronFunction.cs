using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Neurons.Vectors;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Neurons;

/// <summary>
/// Batch normalisation by the batch's statistics, the neurons behind it over all T steps, and the block's join, as one
/// differentiable function on CPU memory. Of all that lies between a convolution's products and the spikes nothing is
/// written but mean and deviation of each channel; on the way back it is computed again. Products and their gradient are
/// float32 or bfloat16, and so are spikes with theirs; statistics, currents and membranes are float32 in any case.
/// </summary>
internal sealed unsafe class NormedNeuronFunction : autograd.SingleTensorFunction<NormedNeuronFunction>
{
    private const string ArgumentsKey = "arguments";
    private const string StatisticsKey = "statistics";

    public override string Name => nameof(NormedNeuronFunction);

    /// <summary>Whether it can take the place of its parts.</summary>
    public static bool Takes(NeuronDynamics dynamics, Tensor input) =>
        input.device_type == TorchSharp.DeviceType.CPU && dynamics.Surrogate.Kind == SurrogateKind.Arctan;

    /// <summary>Spikes, or joined spikes, [T·N, C, H, W].</summary>
    /// <param name="arguments">What is constant in the call.</param>
    /// <param name="products">Channels-last, [T·N, C, H, W] with time outermost, or [N, C, H, W] where the current is constant.</param>
    /// <param name="weight">γ, [C].</param>
    /// <param name="bias">β, [C].</param>
    /// <param name="gain">k of PLIF's charge as a scalar tensor; null for IF and LIF.</param>
    /// <param name="shortcut">X of the join, channels-last [T·N, C, H, W] in the spikes' type, or null.</param>
    public static Tensor Apply(Arguments arguments, Tensor products, Tensor weight, Tensor bias, Tensor? gain, Tensor? shortcut)
    {
        List<object> inputs = [arguments, products, weight, bias];
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
        (BatchStatistics statistics, Tensor spikes) = arguments.Clock is { } clock
            ? clock.TimeForward(() => Fire(arguments, tensors))
            : Fire(arguments, tensors);
        ctx.save_data(StatisticsKey, statistics);
        return spikes;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var arguments = (Arguments)ctx.get_data(ArgumentsKey);
        var statistics = (BatchStatistics)ctx.get_data(StatisticsKey);
        List<Tensor> saved = ctx.get_saved_variables();
        using var noGrad = no_grad();
        List<Tensor> gradients = arguments.Clock is { } clock
            ? clock.TimeBackward(() => Gradients(arguments, statistics, saved, grad_output))
            : Gradients(arguments, statistics, saved, grad_output);

        // Nothing else owns these; left to the finaliser they pile up.
        foreach (Tensor tensor in saved)
            tensor.Dispose();
        grad_output.Dispose();
        return [null!, .. gradients];
    }

    private static (BatchStatistics Statistics, Tensor Spikes) Fire(Arguments arguments, List<Tensor> tensors)
    {
        using var scope = NewDisposeScope();
        Tensor products = ChannelsLast.Of(tensors[0]);
        BatchStatistics statistics = products.dtype == ScalarType.BFloat16
            ? BatchStatistics.Of<BFloat16Format>(Memory.Of(products), products.numel(), (int)products.shape[1], arguments.Epsilon)
            : BatchStatistics.Of<Float32Format>(Memory.Of(products), products.numel(), (int)products.shape[1], arguments.Epsilon);
        if (arguments is { RunningMean: { } mean, RunningVariance: { } variance })
            statistics.Update((float*)Memory.Of(mean), (float*)Memory.Of(variance), arguments.Momentum);

        Tensor? shortcut = Shortcut(arguments, tensors);
        long[] shape = products.shape;
        if (arguments.ConstantCurrent)
            shape[0] *= arguments.Dynamics.TimeSteps;
        using Tensor like = empty([0], arguments.SpikeType);
        Tensor spikes = ChannelsLast.EmptyLike(like, shape);
        NeuronCall call = Call(arguments, statistics, tensors, products, shortcut, new NeuronMemory { Output = Memory.Of(spikes) });
        call.Run((products.dtype, arguments.SpikeType) switch
        {
            (ScalarType.BFloat16, ScalarType.BFloat16) => (_, first, end) => NeuronKernel.Forward<BFloat16Format, BFloat16Format>(call, first, end),
            (ScalarType.BFloat16, _) => (_, first, end) => NeuronKernel.Forward<BFloat16Format, Float32Format>(call, first, end),
            (_, ScalarType.BFloat16) => (_, first, end) => NeuronKernel.Forward<Float32Format, BFloat16Format>(call, first, end),
            _ => (_, first, end) => NeuronKernel.Forward<Float32Format, Float32Format>(call, first, end),
        });
        GC.KeepAlive(shortcut);
        return (statistics, spikes.MoveToOuterDisposeScope());
    }

    private static List<Tensor> Gradients(Arguments arguments, BatchStatistics statistics, List<Tensor> tensors, Tensor outputGradient)
    {
        using var scope = NewDisposeScope();
        Tensor products = ChannelsLast.Of(tensors[0]);
        Tensor? shortcut = Shortcut(arguments, tensors);
        Tensor gradient = ChannelsLast.Of(outputGradient);
        Tensor productGradient = ChannelsLast.EmptyLike(products, products.shape);
        Tensor? shortcutGradient = arguments.Join is null ? null : ChannelsLast.EmptyLike(gradient, gradient.shape);
        var memory = new NeuronMemory
        {
            Output = Memory.Of(gradient),
            CurrentGradient = Memory.Of(productGradient),
            ShortcutGradient = shortcutGradient is null ? null : Memory.Of(shortcutGradient),
        };
        NeuronCall call = Call(arguments, statistics, tensors, products, shortcut, memory);
        NormGradient norm = (products.dtype, arguments.SpikeType) switch
        {
            (ScalarType.BFloat16, ScalarType.BFloat16) => NormGradient.Of<BFloat16Format, BFloat16Format>(call, statistics),
            (ScalarType.BFloat16, _) => NormGradient.Of<BFloat16Format, Float32Format>(call, statistics),
            (_, ScalarType.BFloat16) => NormGradient.Of<Float32Format, BFloat16Format>(call, statistics),
            _ => NormGradient.Of<Float32Format, Float32Format>(call, statistics),
        };
        GC.KeepAlive(gradient);
        GC.KeepAlive(shortcut);

        List<Tensor> gradients = [productGradient, tensor(norm.Weight), tensor(norm.Bias)];
        if (arguments.HasGain)
            gradients.Add(tensor((float)norm.Gain).reshape(tensors[3].shape));
        if (shortcutGradient is not null)
            gradients.Add(shortcutGradient);
        foreach (Tensor result in gradients)
            result.MoveToOuterDisposeScope();
        return gradients;
    }

    private static Tensor? Shortcut(Arguments arguments, List<Tensor> tensors) =>
        arguments.Join is null ? null : ChannelsLast.Of(tensors[^1]);

    private static NeuronCall Call(
        Arguments arguments, BatchStatistics statistics, List<Tensor> tensors, Tensor products, Tensor? shortcut, NeuronMemory memory) => new(
            arguments.Dynamics,
            arguments.Join,
            arguments.ConstantCurrent,
            products,
            shortcut,
            arguments.HasGain ? tensors[3] : null,
            new ChannelNorm(statistics, Numbers(tensors[1]), Numbers(tensors[2])),
            memory);

    private static ReadOnlySpan<float> Numbers(Tensor channels) => new(Memory.Of(channels), (int)channels.numel());

    /// <summary>What is constant in a call.</summary>
    /// <param name="Dynamics">Constants of the neurons.</param>
    /// <param name="Join">How spikes and shortcut are joined; null exactly where there is no shortcut.</param>
    /// <param name="ConstantCurrent">Whether one current is that of all steps.</param>
    /// <param name="HasGain">Whether there is a k of PLIF.</param>
    /// <param name="SpikeType">float32 or bfloat16, which holds spikes exactly, and joined ones up to 256.</param>
    internal sealed record Arguments(NeuronDynamics Dynamics, Join? Join, bool ConstantCurrent, bool HasGain, ScalarType SpikeType)
    {
        /// <summary>[C], moved towards the batch's; null leaves both as they are.</summary>
        public required Tensor? RunningMean { get; init; }

        /// <summary>[C], moved towards the batch's unbiased estimate.</summary>
        public required Tensor? RunningVariance { get; init; }

        public required double Momentum { get; init; }

        public required double Epsilon { get; init; }

        public NeuronClock? Clock { get; init; }
    }
}
