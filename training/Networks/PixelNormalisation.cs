using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Tensors;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Networks;

/// <summary>Pixels to what the first convolution sees: (p/255 − mean)/std for each channel.</summary>
internal sealed class PixelNormalisation(PictureInputSpec input, Device device) : NetworkInput
{
    private readonly Tensor _mean = tensor(input.Mean.ToArray(), device: device).DetachFromDisposeScope();
    private readonly Tensor _std = tensor(input.Std.ToArray(), device: device).DetachFromDisposeScope();

    /// <summary>uint8 [N, H, W, 3] to float32 [N, 3, H, W], channels-last.</summary>
    public override Tensor Forward(Tensor batch) =>
        batch.to(ScalarType.Float32).div_(Scalars.Of(255)).sub_(_mean).div_(_std).permute(0, 3, 1, 2);
}
