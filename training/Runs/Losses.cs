using static TorchSharp.torch;

namespace SpikingDetector.Training.Runs;

/// <summary>
/// The loss to go down and the parts that it is made of, without their weights, in the order of the task's loss names.
/// </summary>
internal sealed record Losses(Tensor Total, IReadOnlyList<Tensor> Parts);
