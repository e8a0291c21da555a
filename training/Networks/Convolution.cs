using SpikingDetector.Core.Architecture;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Networks;

/// <summary>A convolution with the batch normalisation behind it, or with a bias where there is none.</summary>
internal sealed class Convolution(Weights weights, ConvolutionLayout layout)
{
    /// <summary>
    /// A 1×1 convolution is a matrix product over the channels of every position, or with a stride of every other one, and
    /// is computed so: oneDNN's own way (LibTorch 2.10, AVX-512) gives wrong numbers where there are many output channels
    /// and few positions, and with a stride writes past its memory in the backward pass of fewer than 16 input channels.
    /// </summary>
    private readonly bool _isProduct = layout.Kernel == 1;

    private readonly long[] _strides = [layout.Stride, layout.Stride];
    private readonly long[] _padding = [layout.Padding, layout.Padding];

    /// <summary>The normalisation behind it, or null where there is a bias.</summary>
    public BatchNorm? Norm { get; } = layout.BatchNorm is { } norm ? new BatchNorm(weights, norm) : null;

    /// <summary>
    /// [N, C, H, W] to [N, OutChannels, H', W'], float32; T steps may be folded into N. Batch normalisation takes bfloat16
    /// products as they are, and sums up its statistics in float32.
    /// </summary>
    public Tensor Forward(Tensor x, ForwardPass pass)
    {
        if (Norm is null)
            return Convolve(x, weights[$"{layout.Name}.bias"], pass).to(ScalarType.Float32);
        return Norm.Forward(Products(x, pass), pass);
    }

    /// <summary>[N, C, H, W] to [N, OutChannels, H', W'] without the normalisation, float32 or bfloat16.</summary>
    public Tensor Products(Tensor x, ForwardPass pass) => Convolve(x, null, pass);

    private Tensor Convolve(Tensor x, Tensor? bias, ForwardPass pass)
    {
        pass.OnInput?.Invoke(layout.Name, x);

        // The casts are part of what is differentiated, so that gradients of weights and input are float32 again.
        ScalarType type = pass.Precision == Precision.BFloat16 && TakesBFloat16(x) ? ScalarType.BFloat16 : ScalarType.Float32;
        Tensor weight = weights[$"{layout.Name}.weight"].to(type);
        bias = bias?.to(type);
        if (!_isProduct)
            return conv2d(ChannelsLast.Of(x).to(type), weight, bias, _strides, _padding);

        // Positions are left out in channels-last order, so that the gradient with its gaps is channels-last, too.
        Tensor rows = ChannelsLast.Of(x).permute(0, 2, 3, 1);
        if (layout.Stride > 1)
            rows = rows.slice(1, 0, rows.shape[1], layout.Stride).slice(2, 0, rows.shape[2], layout.Stride);
        return linear(rows.to(type).contiguous(), weight.reshape(layout.OutChannels, layout.InChannels), bias).permute(0, 3, 1, 2);
    }

    /// <summary>
    /// Whether oneDNN's bfloat16 kernels (LibTorch 2.10, AVX-512) can be trusted. Where the number of output channels is no
    /// multiple of 16, as in the last convolutions of the heads, or the kernel is larger than the map, as at the top of the
    /// pyramid, some of their gradients are uninitialised memory.
    /// </summary>
    private bool TakesBFloat16(Tensor x) =>
        layout.OutChannels % 16 == 0 && x.shape[2] >= layout.Kernel && x.shape[3] >= layout.Kernel;
}
