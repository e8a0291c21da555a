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
        (NeuronCall call, Tensor current, Tensor? shortcut) = Prepare(arguments, tensors);
        Tensor output = ChannelsLast.EmptyLike(current, OutputShape(arguments, current));
        call.Output = Memory.Of(output);
        call.Run((_, first, end) => NeuronKernel.Forward<Float32Format, Float32Format>(call, first, end));
        GC.KeepAlive(shortcut);
        return output.MoveToOuterDisposeScope();
    }

    public List<Tensor> Backward(NeuronFunction.Arguments arguments, List<Tensor> tensors, Tensor outputGradient)
    {
        using var scope = NewDisposeScope();
        (NeuronCall call, Tensor current, Tensor? shortcut) = Prepare(arguments, tensors);
        Tensor gradient = ChannelsLast.Of(outputGradient);
        Tensor currentGradient = ChannelsLast.EmptyLike(current, current.shape);
        Tensor? shortcutGradient = shortcut is null ? null : ChannelsLast.EmptyLike(shortcut, shortcut.shape);
        call.Output = Memory.Of(gradient);
        call.CurrentGradient = Memory.Of(currentGradient);
        call.ShortcutGradient = shortcutGradient is null ? null : Memory.Of(shortcutGradient);
        var gainParts = new double[call.Blocks];
        call.Run((block, first, end) => gainParts[block] =
            NeuronKernel.Backward<Float32Format, Float32Format>(call, first, end, null, null));
        GC.KeepAlive(gradient);

        List<Tensor> gradients = [currentGradient.MoveToOuterDisposeScope()];
        if (arguments.Gain(tensors) is { } gain)
            gradients.Add(tensor((float)gainParts.Sum()).reshape(gain.shape).MoveToOuterDisposeScope());
        if (shortcutGradient is not null)
            gradients.Add(shortcutGradient.MoveToOuterDisposeScope());
        return gradients;
    }

    private static (NeuronCall Call, Tensor Current, Tensor? Shortcut) Prepare(NeuronFunction.Arguments arguments, List<Tensor> tensors)
    {
        Tensor current = ChannelsLast.Of(tensors[0]);
        Tensor? shortcut = arguments.Shortcut(tensors) is { } x ? ChannelsLast.Of(x) : null;
        var call = new NeuronCall(
            arguments.Dynamics, arguments.Join, arguments.ConstantCurrent, current.numel(), arguments.Gain(tensors), null)
        {
            Current = Memory.Of(current),
            Shortcut = shortcut is null ? null : Memory.Of(shortcut),
        };
        return (call, current, shortcut);
    }

    private static long[] OutputShape(NeuronFunction.Arguments arguments, Tensor current) => arguments.ConstantCurrent
        ? [current.shape[0] * arguments.Dynamics.TimeSteps, .. current.shape[1..]]
        : current.shape;
}
