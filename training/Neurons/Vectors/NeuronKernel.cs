using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>
/// The time loop of a block of neurons with arctan surrogate, 16 at a time; the current may be normalised on its way in, and
/// spikes joined with the shortcut on their way out. Step by step over some hundred neurons, whose membranes stay in the
/// cache: the steps of one neuron lie so far apart, by a power of two most often, that their cache lines would take each
/// other's place. The normalisation rounds after each operation, as that over several processes does, whose weights are held
/// to those of one.
/// </summary>
internal static unsafe class NeuronKernel
{
    private const int Lanes = 16;
    private const int ChunkLength = 256;

    /// <summary>Writes the output of the neurons from <paramref name="first"/> up to <paramref name="end"/>.</summary>
    public static void Forward<TCurrent, TSpikes>(NeuronCall call, long first, long end)
        where TCurrent : struct, INumberFormat
        where TSpikes : struct, INumberFormat
    {
        NeuronDynamics dynamics = call.Dynamics;
        (NeuronKind kind, int steps, float? reset) = (dynamics.Kind, dynamics.TimeSteps, dynamics.Reset);
        var leak = Vector512.Create(call.Leak);
        var rest = Vector512.Create(dynamics.Rest);
        var threshold = Vector512.Create(dynamics.Threshold);
        (Vector512<float> valueH, Vector512<float> valueX, Vector512<float> valueHX) = Values(call.Join);
        ChannelNorm? norm = call.Norm;
        (bool joined, bool normed) = (call.Join is not null, norm is not null);
        float* mean = norm is null ? null : norm.Mean;
        float* scale = norm is null ? null : norm.Scale;
        float* bias = norm is null ? null : norm.Bias;
        int period = norm?.Period ?? Lanes;
        int length = Math.Max(1, ChunkLength / period) * period;
        float[] rented = ArrayPool<float>.Shared.Rent(length);
        fixed (float* potentials = rented)
        {
            for (long chunk = first; chunk < end; chunk += length)
            {
                int neurons = (int)Math.Min(length, end - chunk);
                new Span<float>(potentials, length).Fill(dynamics.Rest);
                for (int t = 0; t < steps; t++)
                {
                    int place = 0;
                    for (int k = 0; k < neurons; k += Lanes)
                    {
                        int count = Math.Min(Lanes, neurons - k);
                        Vector512<float> current = TCurrent.Load(call.Current, t * call.CurrentStep + chunk + k, count);
                        if (normed)
                        {
                            current = (current - Vector512.Load(mean + place)) * Vector512.Load(scale + place)
                                + Vector512.Load(bias + place);
                        }

                        var potential = Vector512.Load(potentials + k);
                        Vector512<float> charge = Charge(kind, potential, Drive(kind, potential, current, rest), leak);
                        Vector512<float> fired = Vector512.GreaterThanOrEqual(charge, threshold);
                        Vector512<float> output = fired & Vector512<float>.One;
                        if (joined)
                        {
                            Vector512<float> shortcut = TSpikes.Load(call.Shortcut, t * call.Neurons + chunk + k, count);
                            output = output * (shortcut * valueHX + valueH) + shortcut * valueX;
                        }

                        TSpikes.Store(call.Output, t * call.Neurons + chunk + k, output, count);
                        Discharge(charge, fired, reset, rest, threshold).Store(potentials + k);
                        place = place + Lanes >= period ? 0 : place + Lanes;
                    }
                }
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>
    /// Writes the gradients of current and shortcut in the types of these. Sums up, for each place of the norm's period, the gradient of the
    /// current and that times the current's distance from the mean.
    /// </summary>
    /// <returns>The gradient of PLIF's gain.</returns>
    public static double Backward<TCurrent, TSpikes>(
        NeuronCall call, long first, long end, float* gradientSums, float* productSums)
        where TCurrent : struct, INumberFormat
        where TSpikes : struct, INumberFormat
    {
        NeuronDynamics dynamics = call.Dynamics;
        (NeuronKind kind, int steps, float? reset, bool detached) =
            (dynamics.Kind, dynamics.TimeSteps, dynamics.Reset, dynamics.DetachReset);
        Vector512<float> one = Vector512<float>.One;
        var leak = Vector512.Create(call.Leak);
        var rest = Vector512.Create(dynamics.Rest);
        var threshold = Vector512.Create(dynamics.Threshold);
        var steepness = Vector512.Create(MathF.PI / 2 * dynamics.Surrogate.Alpha);
        var height = Vector512.Create(dynamics.Surrogate.Alpha / 2);
        Join join = call.Join ?? new Join(0, 0, 0, 0, 0, 0, 0, 0);
        ChannelNorm? norm = call.Norm;
        (bool joined, bool normed) = (call.Join is not null, norm is not null);
        float* mean = norm is null ? null : norm.Mean;
        float* scale = norm is null ? null : norm.Scale;
        float* bias = norm is null ? null : norm.Bias;
        int period = norm?.Period ?? Lanes;

        // Of every step H, the normalised input's distance from the mean, and what PLIF multiplies with k; then V or its
        // gradient, and the gradient of a constant current.
        int length = Math.Max(1, ChunkLength / period) * period;
        float[] rented = ArrayPool<float>.Shared.Rent((3 * steps + 2) * length);
        double gainGradient = 0;
        fixed (float* charges = rented)
        {
            float* distances = charges + steps * length;
            float* drives = distances + steps * length;
            float* potentials = drives + steps * length;
            float* currentSums = potentials + length;
            for (long chunk = first; chunk < end; chunk += length)
            {
                int neurons = (int)Math.Min(length, end - chunk);
                new Span<float>(potentials, length).Fill(dynamics.Rest);
                for (int t = 0; t < steps; t++)
                {
                    int place = 0;
                    for (int k = 0; k < neurons; k += Lanes)
                    {
                        Vector512<float> current = TCurrent.Load(
                            call.Current, t * call.CurrentStep + chunk + k, Math.Min(Lanes, neurons - k));
                        if (normed)
                        {
                            Vector512<float> distance = current - Vector512.Load(mean + place);
                            distance.Store(distances + t * length + k);
                            current = distance * Vector512.Load(scale + place) + Vector512.Load(bias + place);
                        }

                        var potential = Vector512.Load(potentials + k);
                        Vector512<float> drive = Drive(kind, potential, current, rest);
                        if (kind == NeuronKind.ParametricLeaky)
                            drive.Store(drives + t * length + k);
                        Vector512<float> charge = Charge(kind, potential, drive, leak);
                        charge.Store(charges + t * length + k);
                        Discharge(charge, Vector512.GreaterThanOrEqual(charge, threshold), reset, rest, threshold).Store(potentials + k);
                        place = place + Lanes >= period ? 0 : place + Lanes;
                    }
                }

                new Span<float>(potentials, 2 * length).Clear();
                for (int t = steps - 1; t >= 0; t--)
                {
                    int place = 0;
                    for (int k = 0; k < neurons; k += Lanes)
                    {
                        int count = Math.Min(Lanes, neurons - k);
                        long element = t * call.Neurons + chunk + k;
                        var charge = Vector512.Load(charges + t * length + k);
                        Vector512<float> fired = Vector512.GreaterThanOrEqual(charge, threshold);
                        Vector512<float> gradient = TSpikes.Load(call.Output, element, count);
                        if (joined)
                        {
                            Vector512<float> spikes = fired & one;
                            Vector512<float> shortcut = TSpikes.Load(call.Shortcut, element, count);
                            Vector512<float> slopeX = spikes * join.SlopeXH + Vector512.Create(join.SlopeX0);
                            TSpikes.Store(call.ShortcutGradient, element, gradient * slopeX, count);
                            gradient *= spikes * join.SlopeHH + shortcut * join.SlopeHX + Vector512.Create(join.SlopeH0);
                        }

                        Vector512<float> x = (charge - threshold) * steepness;
                        Vector512<float> derivative = height / (one + x * x);
                        Vector512<float> throughReset = reset is null ? one : Vector512.AndNot(one, fired);
                        if (!detached)
                            throughReset += reset is null ? -threshold * derivative : (rest - charge) * derivative;
                        Vector512<float> chargeGradient = gradient * derivative + Vector512.Load(potentials + k) * throughReset;
                        Vector512<float> currentGradient = Leaked(kind, chargeGradient, leak);
                        (kind == NeuronKind.IntegrateAndFire ? chargeGradient : chargeGradient - currentGradient).Store(potentials + k);
                        if (normed)
                        {
                            Vector512<float> product = currentGradient * Vector512.Load(distances + t * length + k);
                            (Vector512.Load(gradientSums + place) + currentGradient).Store(gradientSums + place);
                            (Vector512.Load(productSums + place) + product).Store(productSums + place);
                        }

                        if (kind == NeuronKind.ParametricLeaky)
                            gainGradient += Vector512.Sum(chargeGradient * Vector512.Load(drives + t * length + k));
                        if (call.ConstantCurrent)
                            (Vector512.Load(currentSums + k) + currentGradient).Store(currentSums + k);
                        else
                            TCurrent.Store(call.CurrentGradient, element, currentGradient, count);
                        place = place + Lanes >= period ? 0 : place + Lanes;
                    }
                }

                for (int k = 0; call.ConstantCurrent && k < neurons; k += Lanes)
                    TCurrent.Store(call.CurrentGradient, chunk + k, Vector512.Load(currentSums + k), Math.Min(Lanes, neurons - k));
            }
        }

        ArrayPool<float>.Shared.Return(rented);
        return gainGradient;
    }

    /// <summary>
    /// Turns the gradient of a normalised current into that of what was normalised, in place:
    /// γ/σ·(g − mean(g) − (x − mean)·mean(g·(x − mean))/σ²).
    /// </summary>
    /// <param name="norm">The normalisation.</param>
    /// <param name="input">What was normalised.</param>
    /// <param name="gradient">The gradient, which is overwritten.</param>
    /// <param name="first">The first element, a multiple of the norm's period.</param>
    /// <param name="end">The element after the last.</param>
    /// <param name="gradientMean">mean(g) for each place of the period.</param>
    /// <param name="slope">mean(g·(x − mean))/σ² for each place of the period.</param>
    public static void BackwardNorm<TCurrent>(
        ChannelNorm norm, void* input, void* gradient, long first, long end, float* gradientMean, float* slope)
        where TCurrent : struct, INumberFormat
    {
        float* mean = norm.Mean;
        float* scale = norm.Scale;
        int period = norm.Period;
        int place = 0;
        for (long i = first; i < end; i += Lanes)
        {
            int count = (int)Math.Min(Lanes, end - i);
            Vector512<float> distance = TCurrent.Load(input, i, count) - Vector512.Load(mean + place);
            Vector512<float> centred = TCurrent.Load(gradient, i, count) - Vector512.Load(gradientMean + place);
            TCurrent.Store(
                gradient, i, (centred - distance * Vector512.Load(slope + place)) * Vector512.Load(scale + place), count);
            place = place + Lanes >= period ? 0 : place + Lanes;
        }
    }

    private static (Vector512<float> ValueH, Vector512<float> ValueX, Vector512<float> ValueHX) Values(Join? join) => join is null
        ? default
        : (Vector512.Create(join.ValueH), Vector512.Create(join.ValueX), Vector512.Create(join.ValueHX));

    /// <summary>What a leak takes its part of: I − (V − rest); of IF I itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Drive(NeuronKind kind, Vector512<float> potential, Vector512<float> current, Vector512<float> rest) =>
        kind == NeuronKind.IntegrateAndFire ? current : current - (potential - rest);

    /// <summary>H.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Charge(NeuronKind kind, Vector512<float> potential, Vector512<float> drive, Vector512<float> leak) =>
        potential + Leaked(kind, drive, leak);

    /// <summary>x/τ of LIF, x·k of PLIF, x itself for IF: the charge's last step, and its derivative's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Leaked(NeuronKind kind, Vector512<float> x, Vector512<float> leak) => kind switch
    {
        NeuronKind.Leaky => x / leak,
        NeuronKind.ParametricLeaky => x * leak,
        _ => x,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Discharge(
        Vector512<float> charge, Vector512<float> fired, float? reset, Vector512<float> rest, Vector512<float> threshold) =>
        reset is null ? charge - (fired & threshold) : Vector512.ConditionalSelect(fired, rest, charge);
}
