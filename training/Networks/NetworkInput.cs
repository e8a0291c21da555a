using SpikingDetector.Core.Specs;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Networks;

/// <summary>What a batch becomes before the first convolution.</summary>
internal abstract class NetworkInput
{
    public static NetworkInput Of(Weights weights) => weights.Network.Spec.Input switch
    {
        PictureInputSpec pictures => new PixelNormalisation(pictures, weights.Device),
        _ => new EventFolding(),
    };

    /// <summary>A batch to float32, channels-last, [N, C, H, W], or [T·N, C, H, W] where every step has its own input.</summary>
    public abstract Tensor Forward(Tensor batch);
}
