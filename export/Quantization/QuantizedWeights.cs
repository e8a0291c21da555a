using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Layers;

namespace SpikingDetector.Export.Quantization;

/// <summary>
/// Weights as whole numbers in −127…127, [C′, C, k, k], times a scale for each output channel, [C′]: the largest magnitude of a
/// channel is 127, and a channel of zeros has scale 1.
/// </summary>
internal sealed record QuantizedWeights(sbyte[] Weight, float[] Scale, float[] Bias)
{
    private const int Largest = 127;

    /// <summary>Those of a convolution with its batch normalisation folded in, rounded to the nearest.</summary>
    public static QuantizedWeights Read(Checkpoint checkpoint, ConvolutionLayout layout)
    {
        FoldedWeights folded = FoldedWeights.Read(checkpoint, layout);
        var weight = new sbyte[folded.Weight.Length];
        var scale = new float[layout.OutChannels];
        int weightsPerChannel = weight.Length / layout.OutChannels;
        for (int channel = 0; channel < scale.Length; channel++)
        {
            ReadOnlySpan<float> row = folded.Weight.AsSpan(channel * weightsPerChannel, weightsPerChannel);
            float magnitude = 0;
            foreach (float element in row)
                magnitude = Math.Max(magnitude, Math.Abs(element));
            double unit = magnitude == 0 ? 1 : magnitude / (double)Largest;
            scale[channel] = (float)unit;
            for (int i = 0; i < row.Length; i++)
                weight[channel * weightsPerChannel + i] = (sbyte)Math.Round(row[i] / unit);
        }

        return new QuantizedWeights(weight, scale, folded.Bias);
    }
}
