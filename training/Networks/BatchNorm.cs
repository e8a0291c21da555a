using SpikingDetector.Training.Distributed;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Networks;

/// <summary>The weights and running statistics of a batch normalisation, and the constants of all.</summary>
internal sealed class BatchNorm(Weights weights, string name)
{
    public const double Epsilon = 1e-5;
    public const double Momentum = 0.1;

    /// <summary>γ, [C].</summary>
    public Tensor Weight { get; } = weights[$"{name}.weight"];

    /// <summary>β, [C].</summary>
    public Tensor Bias { get; } = weights[$"{name}.bias"];

    public Tensor RunningMean { get; } = weights[$"{name}.running_mean"];

    public Tensor RunningVariance { get; } = weights[$"{name}.running_var"];

    /// <summary>
    /// float32. Over the batch of this process by LibTorch's own, which takes bfloat16 as it is and sums up in float32; over
    /// those of several processes by <see cref="SynchronisedBatchNorm"/>.
    /// </summary>
    public Tensor Forward(Tensor x, ForwardPass pass)
    {
        bool takesRunning = !pass.BatchStatistics || pass.UpdatesRunningStatistics;
        Tensor? mean = takesRunning ? RunningMean : null;
        Tensor? variance = takesRunning ? RunningVariance : null;
        if (pass is { BatchStatistics: true, StatisticsOver: { } group })
            return SynchronisedBatchNorm.Apply(group, x.to(ScalarType.Float32), Weight, Bias, mean, variance, Momentum, Epsilon);
        return batch_norm(x, mean, variance, Weight, Bias, pass.BatchStatistics, Momentum, Epsilon).to(ScalarType.Float32);
    }
}
