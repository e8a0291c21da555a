using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Training.Networks;

namespace SpikingDetector.Training.Parity;

/// <summary>
/// A checkpoint's weights with those of the convolutions between spiking layers rounded as the precision int8-exact says: batch
/// normalisation folded in, then whole numbers −127…127 times a scale for each output channel. This is on purpose no
/// code of the exporter's, which it judges.
/// </summary>
internal static class RoundedWeights
{
    private const int Largest = 127;

    /// <summary>√(σ² + ε) is 1 in float32 for this σ².</summary>
    private const float VarianceThatScalesByOne = 1 - (float)BatchNorm.Epsilon;

    /// <summary>
    /// The rounded network, with the whole numbers as weights, so that sums are exact, and scales and biases as what remains of
    /// the batch normalisations. Dispose of it.
    /// </summary>
    public static Weights Of(Checkpoint checkpoint, Weights weights)
    {
        var rounded = Weights.Copy(weights);
        foreach (ConvolutionLayout layout in BetweenSpikes(checkpoint.Network))
            Round(checkpoint, layout, rounded);
        return rounded;
    }

    private static IEnumerable<ConvolutionLayout> BetweenSpikes(NetworkLayout network) => network.Stages.SelectMany(stage =>
        (ConvolutionLayout[])
        [
            .. stage.Entry is { } entry ? (ConvolutionLayout[])[entry.Convolution] : [],
            .. stage.Blocks.SelectMany(block => block.Branch.Select(unit => unit.Convolution)),
            .. stage.Blocks.Select(block => block.Shortcut).OfType<ConvolutionLayout>(),
        ]);

    private static void Round(Checkpoint checkpoint, ConvolutionLayout layout, Weights rounded)
    {
        string norm = layout.BatchNorm ?? throw new InvalidOperationException($"{layout.Name} has no batch normalisation.");
        float[] weight = checkpoint.Read($"{layout.Name}.weight");
        float[] gamma = checkpoint.Read($"{norm}.weight");
        float[] beta = checkpoint.Read($"{norm}.bias");
        float[] mean = checkpoint.Read($"{norm}.running_mean");
        float[] variance = checkpoint.Read($"{norm}.running_var");
        var scales = new float[layout.OutChannels];
        var biases = new float[layout.OutChannels];
        int length = weight.Length / layout.OutChannels;
        for (int channel = 0; channel < layout.OutChannels; channel++)
        {
            double factor = gamma[channel] / Math.Sqrt(variance[channel] + BatchNorm.Epsilon);
            biases[channel] = (float)(beta[channel] - factor * mean[channel]);
            Span<float> row = weight.AsSpan(channel * length, length);
            double magnitude = 0;
            foreach (ref float element in row)
            {
                element = (float)(factor * element);
                magnitude = Math.Max(magnitude, Math.Abs(element));
            }

            double step = magnitude == 0 ? 1 : magnitude / Largest;
            scales[channel] = (float)step;
            foreach (ref float element in row)
                element = (float)Math.Round(element / step);
        }

        Weights.Assign(rounded[$"{layout.Name}.weight"], weight);
        Weights.Assign(rounded[$"{norm}.weight"], scales);
        Weights.Assign(rounded[$"{norm}.bias"], biases);
        Weights.Assign(rounded[$"{norm}.running_mean"], new float[layout.OutChannels]);
        Weights.Assign(rounded[$"{norm}.running_var"], [.. Enumerable.Repeat(VarianceThatScalesByOne, layout.OutChannels)]);
    }
}
