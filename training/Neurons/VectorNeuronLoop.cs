using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Neurons.Vectors;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Neurons;

/// <summary>The time loop on CPU memory, float32, arctan surrogate: vectorised and split over the processors.</summary>
internal sealed unsafe class VectorNeuronLoop : INeuronLoop
{
    public static VectorNeuronLoop Instance { get; } = new();

    public Tensor Forward(NeuronFunction.Arguments arguments, List<Tensor> tensors)
    {
        using var scope = NewDisposeScope();
        (Tensor current, Tensor? shortcut) = Inputs(arguments, tensors);
        Tensor output = ChannelsLast.EmptyLike(current, OutputShape(arguments, current));
        NeuronCall call = Call(arguments, tensors, current, shortcut, new NeuronMemory { Output = Memory.Of(output) });
        call.Run((_, first, end) => NeuronKernel.Forward<Float32Format, Float32Format>(call, first, end));
        GC.KeepAlive(shortcut);
        return output.MoveToOuterDisposeScope();
    }

    public List<Tensor> Backward(NeuronFunction.Arguments arguments, List<Tensor> tensors, Tensor outputGradient)
    {
        using var scope = NewDisposeScope();
        (Tensor current, Tensor? shortcut) = Inputs(arguments, tensors);
        Tensor gradient = ChannelsLast.Of(outputGradient);
        Tensor currentGradient = ChannelsLast.EmptyLike(current, current.shape);
        Tensor? shortcutGradient = shortcut is null ? null : ChannelsLast.EmptyLike(shortcut, shortcut.shape);
        var memory = new NeuronMemory
        {
            Output = Memory.Of(gradient),
            CurrentGradient = Memory.Of(currentGradient),
            ShortcutGradient = shortcutGradient is null ? null : Memory.Of(shortcutGradient),
        };
        NeuronCall call = Call(arguments, tensors, current, shortcut, memory);
        var gainParts = new double[call.Blocks];
        call.Run((block, first, end) => gainParts[block] = Backward(call, first, end));
        GC.KeepAlive(gradient);

        List<Tensor> gradients = [currentGradient.MoveToOuterDisposeScope()];
        if (arguments.Gain(tensors) is { } gain)
            gradients.Add(tensor((float)gainParts.Sum()).reshape(gain.shape).MoveToOuterDisposeScope());
        if (shortcutGradient is not null)
            gradients.Add(shortcutGradient.MoveToOuterDisposeScope());
        return gradients;
    }

    /// <summary>The sums that a normalisation would need are not read.</summary>
    private static double Backward(NeuronCall call, long first, long end)
    {
        int period = call.Norm.Tables.Period;
        float* sums = stackalloc float[2 * period];
        return NeuronKernel.Backward<Float32Format, Float32Format>(call, first, end, sums, sums + period);
    }

    private static (Tensor Current, Tensor? Shortcut) Inputs(NeuronFunction.Arguments arguments, List<Tensor> tensors) =>
        (ChannelsLast.Of(tensors[0]), arguments.Shortcut(tensors) is { } x ? ChannelsLast.Of(x) : null);

    private static NeuronCall Call(
        NeuronFunction.Arguments arguments, List<Tensor> tensors, Tensor current, Tensor? shortcut, NeuronMemory memory) => new(
            arguments.Dynamics, arguments.Join, arguments.ConstantCurrent, current, shortcut, arguments.Gain(tensors), ChannelNorm.Identity, memory);

    private static long[] OutputShape(NeuronFunction.Arguments arguments, Tensor current) => arguments.ConstantCurrent
        ? [current.shape[0] * arguments.Dynamics.TimeSteps, .. current.shape[1..]]
        : current.shape;
}
