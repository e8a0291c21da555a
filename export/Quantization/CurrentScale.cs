using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Layers;

namespace SpikingDetector.Export.Quantization;

/// <summary>
/// 8-bit currents of a layer of neurons, chosen so that the fewest spikes differ from those of float32: the threshold is a
/// whole number of steps, so that it loses nothing.
/// </summary>
/// <param name="Scale">Of the currents; null where they stay float32, because rounding flips too many spikes.</param>
/// <param name="Narrow">
/// Whether the membrane is a byte of the same scale, too, that stops at the ends of its range; else it is float32.
/// </param>
/// <param name="Flipped">Share of the sampled neurons and steps whose spike differs from float32.</param>
internal sealed record CurrentScale(ByteScale? Scale, bool Narrow, double Flipped)
{
    /// <summary>What a byte for the membrane may cost: one spike in this many more than float32.</summary>
    private const double MostFlippedByNarrow = 1 / 500d;

    /// <summary>Steps from rest to threshold.</summary>
    private static readonly int[] Steps = [8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96];

    private static readonly int[] ZeroPoints = [48, 64, 80, 96, 112, 128, 144, 160, 176, 192];

    /// <summary>The best for currents [t][i] of T steps.</summary>
    /// <param name="currents">Samples.</param>
    /// <param name="neuron">Its constants.</param>
    /// <param name="leak">The factor of PLIF.</param>
    public static CurrentScale For(float[][] currents, NeuronSpec neuron, float? leak)
    {
        var exact = new NeuronArithmetic(neuron, leak);
        bool[][] spikes = exact.Fire(currents);
        CurrentScale wide = Best(currents, spikes, exact.Fire, neuron, narrow: false);
        if (!TakesNarrow(neuron))
            return wide;
        CurrentScale narrow = Best(currents, spikes, null, neuron, narrow: true);
        return narrow.Flipped <= wide.Flipped + MostFlippedByNarrow ? narrow : wide;
    }

    /// <summary>A byte can hold the membrane of a neuron that only adds, and goes to a fixed potential.</summary>
    private static bool TakesNarrow(NeuronSpec neuron) => neuron is { Kind: NeuronKind.IntegrateAndFire, Reset: 0 };

    private static CurrentScale Best(
        float[][] currents, bool[][] expected, Func<float[][], bool[][]>? fire, NeuronSpec neuron, bool narrow)
    {
        CurrentScale? best = null;
        foreach (int steps in Steps)
        {
            foreach (byte zero in ZeroPoints)
            {
                if (zero + steps > byte.MaxValue)
                    continue;
                var scale = new ByteScale(neuron.Threshold / steps, zero);
                bool[][] found = narrow
                    ? FireBytes(currents, scale, zero + steps)
                    : fire!([.. currents.Select(step => Array.ConvertAll(step, scale.Round))]);
                double flipped = Differing(expected, found);
                if (best is null || flipped < best.Flipped)
                    best = new CurrentScale(scale, narrow, flipped);
            }
        }

        return best!;
    }

    private static bool[][] FireBytes(float[][] currents, ByteScale scale, int threshold)
    {
        int count = currents[0].Length;
        var membrane = new int[count];
        Array.Fill(membrane, scale.ZeroPoint);
        return [.. currents.Select(step =>
        {
            var spikes = new bool[count];
            for (int i = 0; i < count; i++)
            {
                int charge = Math.Clamp(membrane[i] + scale.Byte(step[i]) - scale.ZeroPoint, byte.MinValue, byte.MaxValue);
                spikes[i] = charge >= threshold;
                membrane[i] = spikes[i] ? scale.ZeroPoint : charge;
            }

            return spikes;
        })];
    }

    private static double Differing(bool[][] a, bool[][] b)
    {
        long differing = 0;
        for (int t = 0; t < a.Length; t++)
        {
            for (int i = 0; i < a[t].Length; i++)
                differing += a[t][i] != b[t][i] ? 1 : 0;
        }

        return differing / ((double)a.Length * Math.Max(1, a[0].Length));
    }
}
