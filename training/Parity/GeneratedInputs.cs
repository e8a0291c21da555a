using SpikingDetector.Core.Specs;

namespace SpikingDetector.Training.Parity;

/// <summary>Inputs made up by a seeded generator, for a comparison without data.</summary>
internal sealed class GeneratedInputs(ModelSpec spec)
{
    private const int Count = 4;

    /// <summary>λ of the event counts: about as many as a position has in a sixteenth of a DVS-CIFAR10 recording.</summary>
    private const double MeanEvents = 0.4;

    /// <summary>Pictures of random bytes, [H, W, 3].</summary>
    public IEnumerable<byte[]> Pictures()
    {
        var random = new Random(0);
        for (int i = 0; i < Count; i++)
        {
            var pixels = new byte[spec.Input.Height * spec.Input.Width * spec.Input.Channels];
            random.NextBytes(pixels);
            yield return pixels;
        }
    }

    /// <summary>Recordings of Poisson-distributed event counts, [T, 2, H, W].</summary>
    public IEnumerable<float[]> Events()
    {
        var random = new Random(0);
        for (int i = 0; i < Count; i++)
        {
            var counts = new float[spec.Backbone.TimeSteps * spec.Input.Channels * spec.Input.Height * spec.Input.Width];
            for (int j = 0; j < counts.Length; j++)
                counts[j] = Poisson(random);
            yield return counts;
        }
    }

    /// <summary>How many uniform numbers keep their product above e^−λ (Knuth, The Art of Computer Programming 2, 3.4.1).</summary>
    private static int Poisson(Random random)
    {
        double limit = Math.Exp(-MeanEvents);
        int count = 0;
        for (double product = random.NextDouble(); product > limit; product *= random.NextDouble())
            count++;
        return count;
    }
}
