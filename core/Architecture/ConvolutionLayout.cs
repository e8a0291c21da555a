namespace SpikingDetector.Core.Architecture;

/// <summary>
/// A square convolution. <paramref name="Name"/> is the module path without ".weight",
/// <paramref name="BatchNorm"/> the path of the batch normalisation behind it, or null where there is none; a
/// convolution has a bias exactly where no batch normalisation follows.
/// </summary>
public sealed record ConvolutionLayout(
    string Name, int InChannels, int OutChannels, int Kernel, int Stride, string? BatchNorm)
{
    /// <summary>Zeros on each side; keeps the size at stride 1.</summary>
    public int Padding => Kernel / 2;

    /// <summary>The output's side for an input's side.</summary>
    public int OutputSide(int side) => (side + 2 * Padding - Kernel) / Stride + 1;
}
