using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>
/// The time loop over neurons, sixteen at a time. Step by step over some hundred neurons, whose membranes stay in the cache:
/// the steps of one neuron lie so far apart, by a power of two most often, that their cache lines would take each other's
/// place. A step is a method of its own and calls nothing, so that its constants stay in registers; it goes through the
/// neurons channel by channel, so that those of the channel do, too. The normalisation rounds after each operation, as that
/// over several processes does, whose weights are held to those of one.
/// </summary>
internal static unsafe class NeuronLoop<TCurrent, TSpikes, TCharge, TJoining>
    where TCurrent : struct, INumberFormat
    where TSpikes : struct, INumberFormat
    where TCharge : struct, ICharge
    where TJoining : struct, IJoining
{
    private const int Lanes = 16;
    private const int ChunkLength = 256;

    /// <summary>Writes the output of whole vectors of neurons, from <paramref name="first"/> up to <paramref name="end"/>.</summary>
    public static void Forward(NeuronCall call, in NeuronMemory memory, NormTables norm, long first, long end)
    {
        var constants = new NeuronConstants(call);
        int length = Math.Max(1, ChunkLength / norm.Period) * norm.Period;
        float[] rented = ArrayPool<float>.Shared.Rent(length);
        fixed (float* potentials = rented)
        {
            for (long chunk = first; chunk < end; chunk += length)
            {
                int neurons = (int)Math.Min(length, end - chunk);
                new Span<float>(potentials, neurons).Fill(call.Dynamics.Rest);
                for (int t = 0; t < call.Dynamics.TimeSteps; t++)
                {
                    ForwardStep(
                        in constants,
                        call.Join,
                        norm,
                        neurons,
                        potentials,
                        At<TCurrent>(memory.Current, t * memory.CurrentStep + chunk),
                        At<TSpikes>(memory.Shortcut, t * memory.Step + chunk),
                        At<TSpikes>(memory.Output, t * memory.Step + chunk));
                }
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>
    /// Writes the gradients of current and shortcut of whole vectors of neurons. Sums up, for each place of the norm's period,
    /// the gradient of the current and that times the current's distance from the mean.
    /// </summary>
    /// <returns>The gradient of PLIF's gain.</returns>
    public static double Backward(
        NeuronCall call, in NeuronMemory memory, NormTables norm, long first, long end, float* gradientSums, float* productSums)
    {
        var constants = new NeuronConstants(call);
        int steps = call.Dynamics.TimeSteps;
        int length = Math.Max(1, ChunkLength / norm.Period) * norm.Period;

        // Of every step H, and what PLIF multiplies with k; then V or its gradient, and the gradient of a constant current.
        float[] rented = ArrayPool<float>.Shared.Rent((2 * steps + 2) * length);
        double gainGradient = 0;
        fixed (float* charges = rented)
        {
            float* drives = charges + steps * length;
            float* potentials = drives + steps * length;
            float* currentSums = potentials + length;
            for (long chunk = first; chunk < end; chunk += length)
            {
                int neurons = (int)Math.Min(length, end - chunk);
                new Span<float>(potentials, neurons).Fill(call.Dynamics.Rest);
                for (int t = 0; t < steps; t++)
                {
                    ChargeStep(
                        in constants,
                        norm,
                        neurons,
                        potentials,
                        At<TCurrent>(memory.Current, t * memory.CurrentStep + chunk),
                        charges + t * length,
                        drives + t * length);
                }

                new Span<float>(potentials, 2 * length).Clear();
                for (int t = steps - 1; t >= 0; t--)
                {
                    gainGradient += BackwardStep(
                        in constants,
                        call.Join,
                        norm,
                        neurons,
                        potentials,
                        charges + t * length,
                        drives + t * length,
                        At<TCurrent>(memory.Current, t * memory.CurrentStep + chunk),
                        At<TSpikes>(memory.Shortcut, t * memory.Step + chunk),
                        At<TSpikes>(memory.Output, t * memory.Step + chunk),
                        At<TSpikes>(memory.ShortcutGradient, t * memory.Step + chunk),
                        call.ConstantCurrent ? null : At<TCurrent>(memory.CurrentGradient, t * memory.Step + chunk),
                        currentSums,
                        gradientSums,
                        productSums);
                }

                for (int k = 0; call.ConstantCurrent && k < neurons; k += Lanes)
                    TCurrent.Store(memory.CurrentGradient, chunk + k, Vector512.Load(currentSums + k));
            }
        }

        ArrayPool<float>.Shared.Return(rented);
        return gainGradient;
    }

    private static void ForwardStep(
        in NeuronConstants constants,
        Join? join,
        NormTables norm,
        int neurons,
        float* potentials,
        void* current,
        void* shortcut,
        void* output)
    {
        (Vector512<float> leak, Vector512<float> rest, Vector512<float> threshold) = (constants.Leak, constants.Rest, constants.Threshold);
        (Vector512<float> keeps, Vector512<float> moves) = (constants.Keeps, constants.Moves);
        Vector512<float> valueH = default;
        Vector512<float> valueX = default;
        Vector512<float> valueHX = default;
        if (TJoining.Joins)
            (valueH, valueX, valueHX) = (Vector512.Create(join!.ValueH), Vector512.Create(join.ValueX), Vector512.Create(join.ValueHX));
        for (int place = 0; place < norm.Period; place += Lanes)
        {
            var mean = Vector512.Load(norm.Mean + place);
            var scale = Vector512.Load(norm.Scale + place);
            var bias = Vector512.Load(norm.Bias + place);
            for (int k = place; k < neurons; k += norm.Period)
            {
                Vector512<float> input = Normalised(TCurrent.Load(current, k), mean, scale, bias);
                var potential = Vector512.Load(potentials + k);
                Vector512<float> charge = potential + TCharge.Leaked(TCharge.Drive(potential, input, rest), leak);
                Vector512<float> fired = Vector512.GreaterThanOrEqual(charge, threshold);
                Discharged(charge, fired, keeps, moves).Store(potentials + k);
                Vector512<float> spikes = fired & Vector512<float>.One;
                if (TJoining.Joins)
                {
                    Vector512<float> x = TSpikes.Load(shortcut, k);
                    spikes = spikes * (x * valueHX + valueH) + x * valueX;
                }

                TSpikes.StoreExact(output, k, spikes);
            }
        }
    }

    private static void ChargeStep(
        in NeuronConstants constants,
        NormTables norm,
        int neurons,
        float* potentials,
        void* current,
        float* charges,
        float* drives)
    {
        (Vector512<float> leak, Vector512<float> rest, Vector512<float> threshold) = (constants.Leak, constants.Rest, constants.Threshold);
        (Vector512<float> keeps, Vector512<float> moves) = (constants.Keeps, constants.Moves);
        for (int place = 0; place < norm.Period; place += Lanes)
        {
            var mean = Vector512.Load(norm.Mean + place);
            var scale = Vector512.Load(norm.Scale + place);
            var bias = Vector512.Load(norm.Bias + place);
            for (int k = place; k < neurons; k += norm.Period)
            {
                Vector512<float> input = Normalised(TCurrent.Load(current, k), mean, scale, bias);
                var potential = Vector512.Load(potentials + k);
                Vector512<float> drive = TCharge.Drive(potential, input, rest);
                if (TCharge.HasGain)
                    drive.Store(drives + k);
                Vector512<float> charge = potential + TCharge.Leaked(drive, leak);
                charge.Store(charges + k);
                Vector512<float> fired = Vector512.GreaterThanOrEqual(charge, threshold);
                Discharged(charge, fired, keeps, moves).Store(potentials + k);
            }
        }
    }

    /// <param name="constants">Of the layer.</param>
    /// <param name="join">How spikes and shortcut are joined.</param>
    /// <param name="norm">Tables of the normalisation.</param>
    /// <param name="neurons">How many.</param>
    /// <param name="gradients">The gradient of the membrane behind the step, which becomes that before it.</param>
    /// <param name="charges">H.</param>
    /// <param name="drives">What PLIF multiplies with k.</param>
    /// <param name="current">Before the normalisation.</param>
    /// <param name="shortcut">X.</param>
    /// <param name="outputGradient">Of the output.</param>
    /// <param name="shortcutGradient">Is written.</param>
    /// <param name="currentGradient">Is written; null where the current is that of all steps.</param>
    /// <param name="currentSums">Takes it up in that case.</param>
    /// <param name="gradientSums">Of g, by place.</param>
    /// <param name="productSums">Of g·(x − mean), by place.</param>
    private static float BackwardStep(
        in NeuronConstants constants,
        Join? join,
        NormTables norm,
        int neurons,
        float* gradients,
        float* charges,
        float* drives,
        void* current,
        void* shortcut,
        void* outputGradient,
        void* shortcutGradient,
        void* currentGradient,
        float* currentSums,
        float* gradientSums,
        float* productSums)
    {
        Vector512<float> one = Vector512<float>.One;
        (Vector512<float> leak, Vector512<float> threshold) = (constants.Leak, constants.Threshold);
        (Vector512<float> keeps, Vector512<float> moves, Vector512<float> attached) = (constants.Keeps, constants.Moves, constants.Attached);
        (Vector512<float> steepness, Vector512<float> height) = (constants.Steepness, constants.Height);
        (Vector512<float> slopeX0, Vector512<float> slopeXH) = (default, default);
        (Vector512<float> slopeH0, Vector512<float> slopeHH, Vector512<float> slopeHX) = (default, default, default);
        if (TJoining.Joins)
        {
            (slopeX0, slopeXH) = (Vector512.Create(join!.SlopeX0), Vector512.Create(join.SlopeXH));
            (slopeH0, slopeHH, slopeHX) = (Vector512.Create(join.SlopeH0), Vector512.Create(join.SlopeHH), Vector512.Create(join.SlopeHX));
        }

        Vector512<float> gain = default;
        for (int place = 0; place < norm.Period; place += Lanes)
        {
            var mean = Vector512.Load(norm.Mean + place);
            var gradientSum = Vector512.Load(gradientSums + place);
            var productSum = Vector512.Load(productSums + place);
            for (int k = place; k < neurons; k += norm.Period)
            {
                var charge = Vector512.Load(charges + k);
                Vector512<float> fired = Vector512.GreaterThanOrEqual(charge, threshold);
                Vector512<float> spikes = fired & one;
                Vector512<float> gradient = TSpikes.Load(outputGradient, k);
                if (TJoining.Joins)
                {
                    Vector512<float> x = TSpikes.Load(shortcut, k);
                    TSpikes.Store(shortcutGradient, k, gradient * (spikes * slopeXH + slopeX0));
                    gradient *= spikes * slopeHH + x * slopeHX + slopeH0;
                }

                Vector512<float> scaled = (charge - threshold) * steepness;
                Vector512<float> derivative = Quotient(height, Vector512.MultiplyAddEstimate(scaled, scaled, one));

                // Of V = H + S·((H & keeps) + moves − H): 1, without S where the reset forgets H, and what S itself changes.
                Vector512<float> forgotten = Vector512.AndNot(spikes, keeps);
                Vector512<float> shift = (moves - Vector512.AndNot(charge, keeps)) & attached;
                Vector512<float> throughReset = Vector512.MultiplyAddEstimate(shift, derivative, one - forgotten);
                Vector512<float> chargeGradient = Vector512.MultiplyAddEstimate(
                    Vector512.Load(gradients + k), throughReset, gradient * derivative);
                Vector512<float> ofCurrent = TCharge.Leaked(chargeGradient, leak);
                TCharge.Kept(chargeGradient, ofCurrent).Store(gradients + k);
                gradientSum += ofCurrent;
                productSum = Vector512.MultiplyAddEstimate(ofCurrent, TCurrent.Load(current, k) - mean, productSum);
                if (TCharge.HasGain)
                    gain = Vector512.MultiplyAddEstimate(chargeGradient, Vector512.Load(drives + k), gain);
                if (currentGradient is null)
                    (Vector512.Load(currentSums + k) + ofCurrent).Store(currentSums + k);
                else
                    TCurrent.Store(currentGradient, k, ofCurrent);
            }

            gradientSum.Store(gradientSums + place);
            productSum.Store(productSums + place);
        }

        return TCharge.HasGain ? Vector512.Sum(gain) : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Normalised(Vector512<float> x, Vector512<float> mean, Vector512<float> scale, Vector512<float> bias) =>
        (x - mean) * scale + bias;

    /// <summary>V behind a step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Discharged(
        Vector512<float> charge, Vector512<float> fired, Vector512<float> keeps, Vector512<float> moves) =>
        Vector512.ConditionalSelect(fired, (charge & keeps) + moves, charge);

    /// <summary>
    /// a/b within some units in the last place, by one step of Newton's method from an estimate of 14 bits: a division takes
    /// as long as ten multiplications.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quotient(Vector512<float> a, Vector512<float> b)
    {
        if (!Avx512F.IsSupported)
            return a / b;
        Vector512<float> reciprocal = Avx512F.Reciprocal14(b);
        Vector512<float> error = Avx512F.FusedMultiplyAddNegated(b, reciprocal, Vector512<float>.One);
        return a * Avx512F.FusedMultiplyAdd(reciprocal, error, reciprocal);
    }

    private static void* At<TFormat>(void* memory, long index)
        where TFormat : struct, INumberFormat => memory is null ? null : (byte*)memory + index * TFormat.Size;
}
