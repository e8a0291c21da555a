using SpikingDetector.Training.Distributed;
using SpikingDetector.Training.Neurons;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Networks;

/// <summary>
/// How a network is run: with batch statistics (training) or running ones, and who watches the spikes of the neuron
/// layers.
/// </summary>
internal sealed record ForwardPass
{
    public static ForwardPass Training { get; } = new() { BatchStatistics = true };

    public static ForwardPass Inference { get; } = new();

    /// <summary>Normalise by the batch's statistics.</summary>
    public bool BatchStatistics { get; init; }

    /// <summary>Whether the batch's statistics, where they are used, update the running ones.</summary>
    public bool UpdatesRunningStatistics { get; init; } = true;

    /// <summary>Of the convolutions, and in training of the spikes.</summary>
    public Precision Precision { get; init; }

    /// <summary>Called in the order of execution with a neuron layer's module path and its spikes [T·N, C, H, W].</summary>
    public Action<string, Tensor>? OnSpikes { get; init; }

    /// <summary>Called with a convolution's module path and what enters it, [N, C, H, W] or [T·N, C, H, W].</summary>
    public Action<string, Tensor>? OnInput { get; init; }

    /// <summary>
    /// Called with a neuron layer's module path and its spikes [T·N, C, h, w] as the next layer reads them, those of the stem
    /// behind its max-pool; gives the spikes that the network goes on with. Null goes on with its own. Not for training.
    /// </summary>
    public Func<string, Tensor, Tensor>? GoesOnWith { get; init; }

    /// <summary>Measures the layers of neurons where there is one.</summary>
    public NeuronClock? NeuronClock { get; init; }

    /// <summary>
    /// Called in the backward pass with the index of a stage, from 0, when the gradients of all layers from that stage on
    /// are complete.
    /// </summary>
    public Action<int>? OnStageGradient { get; init; }

    /// <summary>The processes over whose batches batch normalisation takes its statistics; null for this one's alone.</summary>
    public ProcessGroup? StatisticsOver { get; init; }
}
