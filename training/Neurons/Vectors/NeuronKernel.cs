using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>
/// The time loop of a block of neurons with arctan surrogate; the current may be normalised on its way in, and spikes joined
/// with the shortcut on their way out. Picks the loop of the kind of neuron, and lets it see whole vectors only.
/// </summary>
internal static unsafe class NeuronKernel
{
    private const int Lanes = 16;

    /// <summary>Writes the output of the neurons from <paramref name="first"/> up to <paramref name="end"/>.</summary>
    public static void Forward<TCurrent, TSpikes>(NeuronCall call, long first, long end)
        where TCurrent : struct, INumberFormat
        where TSpikes : struct, INumberFormat
    {
        delegate*<NeuronCall, in NeuronMemory, NormTables, long, long, void> loop = (call.Dynamics.Kind, call.Join is not null) switch
        {
            (NeuronKind.IntegrateAndFire, false) => &NeuronLoop<TCurrent, TSpikes, IntegratingCharge, Alone>.Forward,
            (NeuronKind.IntegrateAndFire, true) => &NeuronLoop<TCurrent, TSpikes, IntegratingCharge, Joined>.Forward,
            (NeuronKind.Leaky, false) => &NeuronLoop<TCurrent, TSpikes, LeakyCharge, Alone>.Forward,
            (NeuronKind.Leaky, true) => &NeuronLoop<TCurrent, TSpikes, LeakyCharge, Joined>.Forward,
            (NeuronKind.ParametricLeaky, false) => &NeuronLoop<TCurrent, TSpikes, ParametricLeakyCharge, Alone>.Forward,
            (NeuronKind.ParametricLeaky, true) => &NeuronLoop<TCurrent, TSpikes, ParametricLeakyCharge, Joined>.Forward,
            _ => throw new NotSupportedException($"No loop for {call.Dynamics.Kind}."),
        };
        NormTables norm = call.Norm.Tables;
        int part = (int)((end - first) % Lanes);
        loop(call, call.Memory, norm, first, end - part);
        if (part > 0)
        {
            using var rest = new NeuronPart<TCurrent, TSpikes>(call, end - part, part);
            loop(call, rest.Memory, norm.At((int)((end - part - first) % norm.Period)), 0, Lanes);
            rest.WriteOutput();
        }
    }

    /// <summary>
    /// Writes the gradients of current and shortcut in the types of these. Sums up, for each place of the norm's period, the
    /// gradient of the current and that times the current's distance from the mean.
    /// </summary>
    /// <returns>The gradient of PLIF's gain.</returns>
    public static double Backward<TCurrent, TSpikes>(
        NeuronCall call, long first, long end, float* gradientSums, float* productSums)
        where TCurrent : struct, INumberFormat
        where TSpikes : struct, INumberFormat
    {
        delegate*<NeuronCall, in NeuronMemory, NormTables, long, long, float*, float*, double> loop =
            (call.Dynamics.Kind, call.Join is not null) switch
            {
                (NeuronKind.IntegrateAndFire, false) => &NeuronLoop<TCurrent, TSpikes, IntegratingCharge, Alone>.Backward,
                (NeuronKind.IntegrateAndFire, true) => &NeuronLoop<TCurrent, TSpikes, IntegratingCharge, Joined>.Backward,
                (NeuronKind.Leaky, false) => &NeuronLoop<TCurrent, TSpikes, LeakyCharge, Alone>.Backward,
                (NeuronKind.Leaky, true) => &NeuronLoop<TCurrent, TSpikes, LeakyCharge, Joined>.Backward,
                (NeuronKind.ParametricLeaky, false) => &NeuronLoop<TCurrent, TSpikes, ParametricLeakyCharge, Alone>.Backward,
                (NeuronKind.ParametricLeaky, true) => &NeuronLoop<TCurrent, TSpikes, ParametricLeakyCharge, Joined>.Backward,
                _ => throw new NotSupportedException($"No loop for {call.Dynamics.Kind}."),
            };
        NormTables norm = call.Norm.Tables;
        int part = (int)((end - first) % Lanes);
        double gain = loop(call, call.Memory, norm, first, end - part, gradientSums, productSums);
        if (part > 0)
        {
            // The lanes beyond the end have no gradient, and so add none to the sums.
            using var rest = new NeuronPart<TCurrent, TSpikes>(call, end - part, part);
            int place = (int)((end - part - first) % norm.Period);
            gain += loop(call, rest.Memory, norm.At(place), 0, Lanes, gradientSums + place, productSums + place);
            rest.WriteGradients();
        }

        return gain;
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
        NormTables norm, void* input, void* gradient, long first, long end, float* gradientMean, float* slope)
        where TCurrent : struct, INumberFormat
    {
        int place = 0;
        int part = (int)((end - first) % Lanes);
        for (long i = first; i < end - part; i += Lanes)
        {
            TCurrent.Store(
                gradient, i, ThroughNorm(norm, TCurrent.Load(input, i), TCurrent.Load(gradient, i), gradientMean + place, slope + place, place));
            place = place + Lanes >= norm.Period ? 0 : place + Lanes;
        }

        if (part > 0)
        {
            Vector512<float> x = NumberPart.Load<TCurrent>(input, end - part, part);
            Vector512<float> g = NumberPart.Load<TCurrent>(gradient, end - part, part);
            Vector512<float> through = ThroughNorm(norm, x, g, gradientMean + place, slope + place, place);
            NumberPart.Store<TCurrent>(gradient, end - part, through, part);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ThroughNorm(
        NormTables norm, Vector512<float> x, Vector512<float> g, float* gradientMean, float* slope, int place)
    {
        Vector512<float> distance = x - Vector512.Load(norm.Mean + place);
        Vector512<float> centred = g - Vector512.Load(gradientMean);
        return (centred - distance * Vector512.Load(slope)) * Vector512.Load(norm.Scale + place);
    }
}
