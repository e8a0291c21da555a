using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Networks;

/// <summary>
/// Spikes of T steps to real-valued maps: their mean over the steps (rate decoding), and for the attention spike
/// decoder the sum of that mean and of the steps weighted by temporal, then channel, then spatial attention
/// (Zhang et al. 2023, 3.3, after CBAM).
/// </summary>
internal sealed class SpikeDecoder(Weights weights, DecoderLayout layout)
{
    private readonly long[] _spatialPadding = [DecoderLayout.SpatialKernel / 2, DecoderLayout.SpatialKernel / 2];

    /// <summary>[T·N, C, h, w] to [N, C, h, w].</summary>
    public Tensor Forward(Tensor spikes)
    {
        long[] shape = spikes.shape;
        Tensor steps = ChannelsLast.Of(spikes.to(ScalarType.Float32)).reshape(layout.TimeSteps, shape[0] / layout.TimeSteps, shape[1], shape[2], shape[3]);
        Tensor rate = steps.mean([0]);
        return layout.Kind == DecoderKind.Rate ? rate : rate.Plus(SpatialAttention(ChannelAttention(TemporalAttention(steps))));
    }

    /// <summary>Each step scaled by a weight from the activity of all steps; the mean of the result over the steps.</summary>
    private Tensor TemporalAttention(Tensor steps)
    {
        Tensor activity = steps.mean([2, 3, 4]);
        Tensor attention = Matrix(layout.TemporalSecond).matmul(relu(Matrix(layout.TemporalFirst).matmul(activity))).sigmoid();
        return (steps * attention.reshape(attention.shape[0], attention.shape[1], 1, 1, 1)).mean([0]);
    }

    /// <summary>Each channel scaled by a weight from its mean and maximum, which pass one shared net.</summary>
    private Tensor ChannelAttention(Tensor x)
    {
        Tensor attention = Net(x.mean([2, 3])).Plus(Net(x.amax([2, 3]))).sigmoid();
        return x * attention.reshape(attention.shape[0], attention.shape[1], 1, 1);

        Tensor Net(Tensor pooled) => relu(pooled.matmul(Matrix(layout.ChannelFirst).t())).matmul(Matrix(layout.ChannelSecond).t());
    }

    /// <summary>Each position scaled by a weight from the mean and maximum over the channels.</summary>
    private Tensor SpatialAttention(Tensor x)
    {
        Tensor pooled = cat([x.mean([1], keepdim: true), x.amax([1], keepdim: true)], 1);
        return x * conv2d(ChannelsLast.Of(pooled), weights[layout.Spatial], null, null, _spatialPadding).sigmoid();
    }

    private Tensor Matrix(string name)
    {
        Tensor weight = weights[name];
        return weight.reshape(weight.shape[0], weight.shape[1]);
    }
}
