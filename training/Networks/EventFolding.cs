using static TorchSharp.torch;

namespace SpikingDetector.Training.Networks;

/// <summary>Event counts as they are, with time folded into the batch.</summary>
internal sealed class EventFolding : NetworkInput
{
    /// <summary>float32 [N, T, 2, H, W] to [T·N, 2, H, W], time outermost, channels-last.</summary>
    public override Tensor Forward(Tensor batch)
    {
        long[] shape = batch.shape;
        return ChannelsLast.Of(batch.transpose(0, 1).reshape(shape[0] * shape[1], shape[2], shape[3], shape[4]));
    }
}
