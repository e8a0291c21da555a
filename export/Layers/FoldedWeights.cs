using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;

namespace SpikingDetector.Export.Layers;

/// <summary>
/// Weight [C′, C, k, k] and bias [C′] of a convolution that includes its batch normalisation in evaluation mode:
/// γ·(W·x − μ)/√(σ² + ε) + β = (s·W)·x + (β − s·μ) with s = γ/√(σ² + ε).
/// </summary>
internal sealed record FoldedWeights(float[] Weight, float[] Bias)
{
    /// <summary>ε of every batch normalisation.</summary>
    public const double Epsilon = 1e-5;

    /// <summary>Computes in double precision and rounds once, at the end.</summary>
    public static FoldedWeights Read(Checkpoint checkpoint, ConvolutionLayout layout)
    {
        float[] weight = checkpoint.Read($"{layout.Name}.weight");
        if (layout.BatchNorm is not { } norm)
            return new FoldedWeights(weight, checkpoint.Read($"{layout.Name}.bias"));

        float[] gamma = checkpoint.Read($"{norm}.weight");
        float[] beta = checkpoint.Read($"{norm}.bias");
        float[] mean = checkpoint.Read($"{norm}.running_mean");
        float[] variance = checkpoint.Read($"{norm}.running_var");
        var bias = new float[layout.OutChannels];
        int weightsPerChannel = weight.Length / layout.OutChannels;
        for (int channel = 0; channel < bias.Length; channel++)
        {
            double scale = gamma[channel] / Math.Sqrt(variance[channel] + Epsilon);
            bias[channel] = (float)(beta[channel] - scale * mean[channel]);
            foreach (ref float element in weight.AsSpan(channel * weightsPerChannel, weightsPerChannel))
                element = (float)(scale * element);
        }

        return new FoldedWeights(weight, bias);
    }
}
