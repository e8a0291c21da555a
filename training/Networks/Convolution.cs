using SpikingDetector.Core.Architecture;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Networks;

/// <summary>A convolution with the batch normalisation behind it, or with a bias where there is none.</summary>
internal sealed class Convolution(Weights weights, ConvolutionLayout layout)
{
    private const double BatchNormEpsilon = 1e-5;
    private const double BatchNormMomentum = 0.1;

    /// <summary>
    /// A 1×1 convolution with a stride looks at every other position only, so these are picked first. It is the same
    /// sum, and oneDNN's own way (LibTorch 2.10, AVX-512) writes past its memory in the backward pass where there are
    /// fewer than 16 input channels.
    /// </summary>
    private readonly bool _picksPositions = layout.Kernel == 1 && layout.Stride > 1;

    private readonly long[] _strides = layout.Kernel == 1 ? [1, 1] : [layout.Stride, layout.Stride];
    private readonly long[] _padding = [layout.Padding, layout.Padding];

    /// <summary>[N, C, H, W] to [N, OutChannels, H', W']; T steps may be folded into N.</summary>
    public Tensor Forward(Tensor x, ForwardPass pass)
    {
        Tensor weight = weights[$"{layout.Name}.weight"];
        Tensor input = ChannelsLast.Of(_picksPositions ? PickPositions(x) : x);
        if (layout.BatchNorm is not { } norm)
            return conv2d(input, weight, weights[$"{layout.Name}.bias"], _strides, _padding);
        Tensor current = conv2d(input, weight, null, _strides, _padding);
        return batch_norm(
            current,
            weights[$"{norm}.running_mean"],
            weights[$"{norm}.running_var"],
            weights[$"{norm}.weight"],
            weights[$"{norm}.bias"],
            pass.BatchStatistics,
            BatchNormMomentum,
            BatchNormEpsilon);
    }

    private Tensor PickPositions(Tensor x) =>
        x.slice(2, 0, x.shape[2], layout.Stride).slice(3, 0, x.shape[3], layout.Stride);
}
