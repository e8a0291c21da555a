using SpikingDetector.Core.Architecture;
using SpikingDetector.Training.Distributed;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Networks;

/// <summary>A convolution with the batch normalisation behind it, or with a bias where there is none.</summary>
internal sealed class Convolution(Weights weights, ConvolutionLayout layout)
{
    private const double BatchNormEpsilon = 1e-5;
    private const double BatchNormMomentum = 0.1;

    /// <summary>
    /// A 1×1 convolution is a matrix product over the channels of every position, or with a stride of every other one, and
    /// is computed so: oneDNN's own way (LibTorch 2.10, AVX-512) gives wrong numbers where there are many output channels
    /// and few positions, and with a stride writes past its memory in the backward pass of fewer than 16 input channels.
    /// </summary>
    private readonly bool _isProduct = layout.Kernel == 1;

    private readonly long[] _strides = [layout.Stride, layout.Stride];
    private readonly long[] _padding = [layout.Padding, layout.Padding];

    /// <summary>
    /// [N, C, H, W] to [N, OutChannels, H', W'], float32; T steps may be folded into N. Batch normalisation takes bfloat16
    /// products as they are, and sums up its statistics in float32.
    /// </summary>
    public Tensor Forward(Tensor x, ForwardPass pass)
    {
        if (layout.BatchNorm is not { } norm)
            return Convolve(x, weights[$"{layout.Name}.bias"], pass.Precision).to(ScalarType.Float32);
        bool takesRunning = !pass.BatchStatistics || pass.UpdatesRunningStatistics;
        Tensor current = Convolve(x, null, pass.Precision);
        Tensor gamma = weights[$"{norm}.weight"];
        Tensor beta = weights[$"{norm}.bias"];
        Tensor? mean = takesRunning ? weights[$"{norm}.running_mean"] : null;
        Tensor? variance = takesRunning ? weights[$"{norm}.running_var"] : null;
        if (pass is { BatchStatistics: true, StatisticsOver: { } group })
        {
            return SynchronisedBatchNorm.Apply(
                group, current.to(ScalarType.Float32), gamma, beta, mean, variance, BatchNormMomentum, BatchNormEpsilon);
        }

        Tensor normed = batch_norm(current, mean, variance, gamma, beta, pass.BatchStatistics, BatchNormMomentum, BatchNormEpsilon);
        return normed.to(ScalarType.Float32);
    }

    private Tensor Convolve(Tensor x, Tensor? bias, Precision precision)
    {
        // The casts are part of what is differentiated, so that gradients of weights and input are float32 again.
        ScalarType type = precision == Precision.BFloat16 && TakesBFloat16(x) ? ScalarType.BFloat16 : ScalarType.Float32;
        Tensor weight = weights[$"{layout.Name}.weight"].to(type);
        bias = bias?.to(type);
        if (!_isProduct)
            return conv2d(ChannelsLast.Of(x).to(type), weight, bias, _strides, _padding);
        Tensor positions = layout.Stride == 1
            ? x
            : x.slice(2, 0, x.shape[2], layout.Stride).slice(3, 0, x.shape[3], layout.Stride);
        Tensor rows = ChannelsLast.Of(positions).to(type).permute(0, 2, 3, 1);
        return linear(rows, weight.reshape(layout.OutChannels, layout.InChannels), bias).permute(0, 3, 1, 2);
    }

    /// <summary>
    /// Whether oneDNN's bfloat16 kernels (LibTorch 2.10, AVX-512) can be trusted. Where the number of output channels is no
    /// multiple of 16, as in the last convolutions of the heads, or the kernel is larger than the map, as at the top of the
    /// pyramid, some of their gradients are uninitialised memory.
    /// </summary>
    private bool TakesBFloat16(Tensor x) =>
        layout.OutChannels % 16 == 0 && x.shape[2] >= layout.Kernel && x.shape[3] >= layout.Kernel;
}
