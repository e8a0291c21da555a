using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Networks;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Runs;

/// <summary>What a trainer needs of a kind of network: a loss for a batch, figures for a validation set.</summary>
internal abstract class TrainingTask(Weights weights)
{
    public Weights Weights { get; } = weights;

    /// <summary>The figure that decides which checkpoint is the best.</summary>
    public abstract string MainMetric { get; }

    /// <summary>Names of the loss parts, in their order.</summary>
    public abstract IReadOnlyList<string> LossNames { get; }

    /// <summary>Runs the network in training mode on a batch.</summary>
    public abstract Losses ComputeLosses(Batch batch);

    /// <summary>Runs the network on the validation pictures; <paramref name="onBatch"/> hears how many are done.</summary>
    public abstract Metrics Evaluate(IEnumerable<Batch> validation, Action<int> onBatch);

    /// <summary>The batch's pixels on the network's device, uint8 [N, H, W, 3].</summary>
    protected Tensor Pixels(Batch batch)
    {
        InputSpec input = Weights.Network.Spec.Input;
        return tensor(batch.Pixels, [batch.Count, input.Height, input.Width, input.Channels]).to(Weights.Device);
    }
}
