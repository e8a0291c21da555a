using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Distributed;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Neurons;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Runs;

/// <summary>What a trainer needs of a kind of network: a loss for a batch, figures for a validation set.</summary>
internal abstract class TrainingTask(Weights weights, Precision precision)
{
    private GradientExchange? _exchange;

    public Weights Weights { get; } = weights;

    /// <summary>
    /// How training runs the network. Evaluation is always float32, as the exported network is: what decides which
    /// checkpoint is the best should be what is served.
    /// </summary>
    protected ForwardPass TrainingPass { get; private set; } = ForwardPass.Training with { Precision = precision };

    /// <summary>The figure that decides which checkpoint is the best.</summary>
    public abstract string MainMetric { get; }

    /// <summary>Names of the loss parts, in their order.</summary>
    public abstract IReadOnlyList<string> LossNames { get; }

    /// <summary>The processes that train together; each sees its part of a batch.</summary>
    public ProcessGroup Group { get; private set; } = ProcessGroup.Alone;

    /// <summary>Trains with other processes; all hold the same weights.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="synchroniseBatchNorm">Whether batch normalisation sees the batches of all of them.</param>
    public void Distribute(ProcessGroup group, bool synchroniseBatchNorm)
    {
        if (group.Size == 1)
            return;
        Group = group;
        _exchange = new GradientExchange(Weights, group);
        TrainingPass = TrainingPass with { OnStageGradient = _exchange.OnStage, StatisticsOver = synchroniseBatchNorm ? group : null };
    }

    /// <summary>Gives each parameter its gradient, the average over the processes.</summary>
    public void Backpropagate(Losses losses)
    {
        _exchange?.Begin();
        losses.Total.backward();
        _exchange?.Finish();
    }

    /// <summary>Lets a clock measure the layers of neurons in training.</summary>
    public void TimeNeurons(NeuronClock clock) => TrainingPass = TrainingPass with { NeuronClock = clock };

    /// <summary>Runs the network in training mode on a batch.</summary>
    public abstract Losses ComputeLosses(Batch batch);

    /// <summary>Runs the network on the validation samples; <paramref name="onBatch"/> hears how many are done.</summary>
    public abstract Metrics Evaluate(IEnumerable<Batch> validation, Action<int> onBatch);

    /// <summary>A PNG picture of what the last evaluation found, or null where there is nothing to draw.</summary>
    public virtual byte[]? DrawAnswers() => null;

    /// <summary>
    /// Mean spikes per neuron and step of each neuron layer, in the order of execution, when the network sees a batch as it does
    /// in training. Neither weights nor running statistics change; an ANN has no such layers.
    /// </summary>
    public IReadOnlyDictionary<string, double> MeasureFiringRates(Batch batch)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var means = new List<(string Layer, Tensor Mean)>();
        Forward(batch, TrainingPass with
        {
            UpdatesRunningStatistics = false,
            OnSpikes = (layer, spikes) => means.Add((layer, spikes.mean())),
        });
        double[] rates = [.. means.Select(pair => (double)pair.Mean.item<float>())];
        Group.Average(rates);
        return means.Zip(rates).ToDictionary(pair => pair.First.Layer, pair => pair.Second);
    }

    /// <summary>The mean of what enters each of some convolutions, by element and step, in inference.</summary>
    /// <param name="layers">Module paths of the convolutions.</param>
    /// <param name="batches">What the network sees.</param>
    public IReadOnlyList<double> MeasureInputRates(IReadOnlyList<string> layers, IEnumerable<Batch> batches)
    {
        using var noGrad = no_grad();
        var sums = layers.ToDictionary(layer => layer, _ => 0.0);
        int count = 0;
        foreach (Batch batch in batches)
        {
            using var scope = NewDisposeScope();
            Forward(batch, ForwardPass.Inference with { OnInput = Add });
            count += batch.Count;

            void Add(string layer, Tensor input)
            {
                if (sums.ContainsKey(layer))
                    sums[layer] += input.mean().item<float>() * batch.Count;
            }
        }

        return [.. layers.Select(layer => sums[layer] / count)];
    }

    /// <summary>Runs the network on a batch for those who watch it.</summary>
    protected abstract void Forward(Batch batch, ForwardPass pass);

    /// <summary>The batch on the network's device: pictures uint8 [N, H, W, 3], events float32 [N, T, 2, H, W].</summary>
    protected Tensor Input(Batch batch)
    {
        ModelSpec spec = Weights.Network.Spec;
        InputSpec input = spec.Input;
        Tensor inputs = input is EventInputSpec
            ? empty([batch.Count, spec.Backbone.TimeSteps, input.Channels, batch.Height, batch.Width], ScalarType.Float32)
            : empty([batch.Count, batch.Height, batch.Width, input.Channels], ScalarType.Byte);
        batch.Input.CopyTo(inputs.bytes);
        return inputs.to(Weights.Device);
    }
}
