using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Networks;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Neurons;

/// <summary>
/// The time loop on CPU memory, float32, arctan surrogate: 16 neurons at a time with the membrane in a register,
/// split over the processors. Memory layout does not matter as long as current and shortcut share it, because
/// neurons do not see each other; channels-last is what the convolutions want.
/// </summary>
internal sealed unsafe class VectorNeuronLoop : INeuronLoop
{
    private const int Lanes = 16;
    private const int BlocksPerTask = 1024;

    public static VectorNeuronLoop Instance { get; } = new();

    public Tensor Forward(NeuronFunction.Arguments arguments, List<Tensor> tensors)
    {
        using var scope = NewDisposeScope();
        using Layer layer = new(arguments, tensors);
        Tensor output = ChannelsLast.EmptyLike(tensors[0], layer.OutputShape);
        layer.Output = Pointer(output);
        Run(layer, &ForwardBlock);
        return output.MoveToOuterDisposeScope();
    }

    public List<Tensor> Backward(NeuronFunction.Arguments arguments, List<Tensor> tensors, Tensor outputGradient)
    {
        using var scope = NewDisposeScope();
        using Layer layer = new(arguments, tensors);
        layer.Output = Pointer(ChannelsLast.Of(outputGradient));
        Tensor currentGradient = ChannelsLast.EmptyLike(tensors[0], tensors[0].shape);
        layer.CurrentGradient = Pointer(currentGradient);
        Tensor? shortcutGradient = null;
        if (arguments.Join is not null)
        {
            shortcutGradient = ChannelsLast.EmptyLike(tensors[0], layer.OutputShape);
            layer.ShortcutGradient = Pointer(shortcutGradient);
        }

        double gainGradient = Run(layer, &BackwardBlock);
        List<Tensor> gradients = [currentGradient.MoveToOuterDisposeScope()];
        if (arguments.HasGain)
            gradients.Add(tensor((float)gainGradient).reshape(tensors[1].shape).MoveToOuterDisposeScope());
        if (shortcutGradient is not null)
            gradients.Add(shortcutGradient.MoveToOuterDisposeScope());
        return gradients;
    }

    private static float* Pointer(Tensor dense)
    {
        using Tensor contiguous = dense.ndim == 4 ? dense.permute(0, 2, 3, 1) : dense.alias();
        return (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(contiguous.bytes));
    }

    /// <summary>Runs a block function over all neurons; the sum of what it returns, in a fixed order.</summary>
    private static double Run(Layer layer, delegate*<Layer, long, int, float*, float> block)
    {
        long tasks = (layer.Neurons + (long)Lanes * BlocksPerTask - 1) / (Lanes * BlocksPerTask);
        var sums = new double[tasks];
        if (tasks == 1 || get_num_threads() == 1)
        {
            for (long task = 0; task < tasks; task++)
                sums[task] = RunTask(layer, block, task);
        }
        else
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() };
            Parallel.For(0, tasks, options, task => sums[task] = RunTask(layer, block, task));
        }

        double sum = 0;
        foreach (double part in sums)
            sum += part;
        return sum;
    }

    private static double RunTask(Layer layer, delegate*<Layer, long, int, float*, float> block, long task)
    {
        // H and V[t−1] of every step of one block, for the backward pass.
        float* scratch = stackalloc float[2 * Lanes * layer.Dynamics.TimeSteps];
        long end = Math.Min(layer.Neurons, (task + 1) * Lanes * BlocksPerTask);
        double sum = 0;
        for (long first = task * Lanes * BlocksPerTask; first < end; first += Lanes)
            sum += block(layer, first, (int)Math.Min(Lanes, end - first), scratch);
        return sum;
    }

    private static float ForwardBlock(Layer layer, long first, int count, float* scratch)
    {
        NeuronDynamics dynamics = layer.Dynamics;
        Join? join = layer.Join;
        Vector512<float> threshold = Vector512.Create(dynamics.Threshold);
        Vector512<float> potential = Vector512.Create(dynamics.Rest);
        for (int t = 0; t < dynamics.TimeSteps; t++)
        {
            Vector512<float> charge = layer.Charge(potential, Load(layer.Current + t * layer.CurrentStep + first, count));
            Vector512<float> fired = Vector512.GreaterThanOrEqual(charge, threshold);
            Vector512<float> output = fired & Vector512<float>.One;
            if (join is not null)
            {
                Vector512<float> shortcut = Load(layer.Shortcut + t * layer.Neurons + first, count);
                output = output * (shortcut * join.ValueHX + Vector512.Create(join.ValueH)) + shortcut * join.ValueX;
            }

            Store(layer.Output + t * layer.Neurons + first, output, count);
            potential = layer.Discharge(charge, fired);
        }

        return 0;
    }

    private static float BackwardBlock(Layer layer, long first, int count, float* scratch)
    {
        NeuronDynamics dynamics = layer.Dynamics;
        Join? join = layer.Join;
        Vector512<float> one = Vector512<float>.One;
        Vector512<float> threshold = Vector512.Create(dynamics.Threshold);
        Vector512<float> potential = Vector512.Create(dynamics.Rest);
        for (int t = 0; t < dynamics.TimeSteps; t++)
        {
            Vector512<float> charge = layer.Charge(potential, Load(layer.Current + t * layer.CurrentStep + first, count));
            potential.Store(scratch + (2 * t + 1) * Lanes);
            charge.Store(scratch + 2 * t * Lanes);
            potential = layer.Discharge(charge, Vector512.GreaterThanOrEqual(charge, threshold));
        }

        float steepness = MathF.PI / 2 * dynamics.Surrogate.Alpha;
        Vector512<float> height = Vector512.Create(dynamics.Surrogate.Alpha / 2);
        Vector512<float> potentialGradient = Vector512<float>.Zero;
        Vector512<float> summedCurrentGradient = Vector512<float>.Zero;
        Vector512<float> gainGradient = Vector512<float>.Zero;
        for (int t = dynamics.TimeSteps - 1; t >= 0; t--)
        {
            Vector512<float> charge = Vector512.Load(scratch + 2 * t * Lanes);
            Vector512<float> fired = Vector512.GreaterThanOrEqual(charge, threshold);
            Vector512<float> spikes = fired & one;
            Vector512<float> gradient = Load(layer.Output + t * layer.Neurons + first, count);
            if (join is not null)
            {
                Vector512<float> shortcut = Load(layer.Shortcut + t * layer.Neurons + first, count);
                Store(
                    layer.ShortcutGradient + t * layer.Neurons + first,
                    gradient * (spikes * join.SlopeXH + Vector512.Create(join.SlopeX0)),
                    count);
                gradient *= spikes * join.SlopeHH + shortcut * join.SlopeHX + Vector512.Create(join.SlopeH0);
            }

            Vector512<float> x = (charge - threshold) * steepness;
            Vector512<float> derivative = height / (one + x * x);
            Vector512<float> throughReset = dynamics.Reset is null ? one : Vector512.AndNot(one, fired);
            if (!dynamics.DetachReset)
            {
                throughReset += dynamics.Reset is { } reset
                    ? (Vector512.Create(reset) - charge) * derivative
                    : -threshold * derivative;
            }

            Vector512<float> chargeGradient = gradient * derivative + potentialGradient * throughReset;
            Vector512<float> currentGradient = layer.Leaked(chargeGradient);
            if (layer.ConstantCurrent)
                summedCurrentGradient += currentGradient;
            else
                Store(layer.CurrentGradient + t * layer.Neurons + first, currentGradient, count);
            potentialGradient = dynamics.Kind == NeuronKind.IntegrateAndFire ? chargeGradient : chargeGradient - currentGradient;
            if (dynamics.Kind == NeuronKind.ParametricLeaky)
            {
                Vector512<float> before = Vector512.Load(scratch + (2 * t + 1) * Lanes);
                Vector512<float> current = Load(layer.Current + t * layer.CurrentStep + first, count);
                gainGradient += chargeGradient * (current - (before - Vector512.Create(dynamics.Rest)));
            }
        }

        if (layer.ConstantCurrent)
            Store(layer.CurrentGradient + first, summedCurrentGradient, count);
        return Vector512.Sum(gainGradient);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(float* source, int count)
    {
        if (count == Lanes)
            return Vector512.Load(source);
        Vector512<float> part = Vector512<float>.Zero;
        Unsafe.CopyBlockUnaligned(&part, source, (uint)(count * sizeof(float)));
        return part;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* target, Vector512<float> values, int count)
    {
        if (count == Lanes)
            values.Store(target);
        else
            Unsafe.CopyBlockUnaligned(target, &values, (uint)(count * sizeof(float)));
    }

    /// <summary>Addresses and constants of one call; keeps the tensors behind the addresses alive.</summary>
    private sealed class Layer : IDisposable
    {
        private readonly Tensor _current;
        private readonly Tensor? _shortcut;

        public Layer(NeuronFunction.Arguments arguments, List<Tensor> tensors)
        {
            Dynamics = arguments.Dynamics;
            Join = arguments.Join;
            ConstantCurrent = arguments.ConstantCurrent;
            _current = ChannelsLast.Of(tensors[0]);
            _shortcut = arguments.Shortcut(tensors) is { } shortcut ? ChannelsLast.Of(shortcut) : null;
            long elements = _current.numel();
            Neurons = ConstantCurrent ? elements : elements / Dynamics.TimeSteps;
            CurrentStep = ConstantCurrent ? 0 : Neurons;
            Current = Pointer(_current);
            Shortcut = _shortcut is null ? null : Pointer(_shortcut);
            Leak = Vector512.Create(arguments.Gain(tensors)?.item<float>() ?? Dynamics.Tau);
            long[] shape = tensors[0].shape;
            OutputShape = ConstantCurrent ? [shape[0] * Dynamics.TimeSteps, .. shape[1..]] : shape;
        }

        public NeuronDynamics Dynamics { get; }

        public Join? Join { get; }

        public bool ConstantCurrent { get; }

        /// <summary>Neurons of the layer for all pictures: elements of one step.</summary>
        public long Neurons { get; }

        public long CurrentStep { get; }

        /// <summary>τ of LIF, k of PLIF.</summary>
        private Vector512<float> Leak { get; }

        public long[] OutputShape { get; }

        public float* Current { get; }

        public float* Shortcut { get; }

        /// <summary>The output, or its gradient on the way back.</summary>
        public float* Output { get; set; }

        public float* CurrentGradient { get; set; }

        public float* ShortcutGradient { get; set; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Charge(Vector512<float> potential, Vector512<float> current) =>
            Dynamics.Kind == NeuronKind.IntegrateAndFire
                ? potential + current
                : potential + Leaked(current - (potential - Vector512.Create(Dynamics.Rest)));

        /// <summary>x/τ of LIF, x·k of PLIF, x itself for IF: the charge's last step, and its derivative's.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Leaked(Vector512<float> x) => Dynamics.Kind switch
        {
            NeuronKind.Leaky => x / Leak,
            NeuronKind.ParametricLeaky => x * Leak,
            _ => x,
        };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Discharge(Vector512<float> charge, Vector512<float> fired) => Dynamics.Reset is { } reset
            ? Vector512.ConditionalSelect(fired, Vector512.Create(reset), charge)
            : charge - (fired & Vector512.Create(Dynamics.Threshold));

        public void Dispose()
        {
            GC.KeepAlive(_current);
            GC.KeepAlive(_shortcut);
        }
    }
}
