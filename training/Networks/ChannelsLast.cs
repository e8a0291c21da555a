using static TorchSharp.torch;

namespace SpikingDetector.Training.Networks;

/// <summary>
/// The memory layout [N, H, W, C] under the shape [N, C, H, W]. All pictures, spikes and convolution weights keep it:
/// oneDNN is faster on it, and in the plain layout some of its AVX-512 kernels read uninitialised memory where the
/// number of output channels is no multiple of 16, which gives NaN.
/// </summary>
internal static class ChannelsLast
{
    /// <summary>The tensor itself where it is laid out so, else a copy that is. Other ranks become plainly contiguous.</summary>
    public static Tensor Of(Tensor tensor)
    {
        if (tensor.ndim != 4)
            return tensor.contiguous();
        using Tensor nhwc = tensor.permute(0, 2, 3, 1);
        if (nhwc.is_contiguous())
            return tensor.alias();
        using Tensor copy = nhwc.contiguous();
        return copy.permute(0, 3, 1, 2);
    }

    /// <summary>An uninitialised tensor of the shape, of the other's type and device.</summary>
    public static Tensor EmptyLike(Tensor other, long[] shape)
    {
        if (shape.Length != 4)
            return empty(shape, other.dtype, other.device);
        using Tensor nhwc = empty([shape[0], shape[2], shape[3], shape[1]], other.dtype, other.device);
        return nhwc.permute(0, 3, 1, 2);
    }
}
