using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Optimization;

/// <summary>
/// The exponential moving average of a network's weights (Polyak and Juditsky 1992), which is evaluated, exported and written
/// to <c>best.safetensors</c> and <c>last.safetensors</c> in place of the weights that are trained; those are kept beside the
/// optimiser's state. Running statistics of batch normalisation are averaged as the parameters are, as in timm.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private const string TrainedPart = ".trained";

    private readonly Weights _trained;
    private readonly double _decay;

    /// <param name="trained">The weights that the optimiser changes; the average starts with them.</param>
    /// <param name="decay">What is kept of the average in an update, above 0 and below 1.</param>
    public WeightAverage(Weights trained, double decay)
    {
        _trained = trained;
        _decay = decay;
        Weights = Weights.Copy(trained);
    }

    /// <summary>The average.</summary>
    public Weights Weights { get; }

    private IEnumerable<string> Names => TensorLayout.Of(_trained.Network).Select(tensor => tensor.Name);

    /// <summary>
    /// Takes in the weights after a step of training. With n steps before it, min(decay, (1 + n)/(10 + n)) of the average is
    /// kept, so that the start weights are soon forgotten.
    /// </summary>
    public void Update(long stepsBefore)
    {
        double kept = Math.Min(_decay, (1.0 + stepsBefore) / (10 + stepsBefore));
        using Scalar keep = Scalars.New(kept);
        using Scalar take = Scalars.New(1 - kept);
        using var noGrad = no_grad();
        foreach (string name in Names)
            Weights[name].mul_(keep).add_(_trained[name], take);
    }

    /// <summary>The weights that are trained, as tensors <c>NAME.trained</c> of the optimiser's file.</summary>
    public IEnumerable<TensorData> SaveTrained() => TensorLayout.Of(_trained.Network).Select(shape =>
        new TensorData(shape.Name + TrainedPart, TensorType.Float32, shape.Shape, Weights.Bytes(_trained[shape.Name])));

    /// <summary>Takes over both from a checkpoint, which has the average, and the optimiser's file that belongs to it.</summary>
    public void Load(Checkpoint checkpoint, SafetensorsFile state)
    {
        Weights.Assign(checkpoint);
        foreach (string name in Names)
            Weights.Assign(_trained[name], state.ReadSingles(name + TrainedPart));
    }

    public void Dispose() => Weights.Dispose();
}
