using SpikingDetector.Training.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Distillation;

/// <summary>How far a network's answers are from its teacher's, which no gradient passes.</summary>
internal static class DistillationLoss
{
    private static readonly Scalar SureProbability = Scalars.Of(0.5);

    /// <summary>
    /// T² · KL(teacher ‖ student) of the softmax at temperature T, the mean over the samples (Hinton et al. 2015; T² keeps the
    /// size of the gradients as it is at T = 1). Logits are [N, classes].
    /// </summary>
    public static Tensor OfClasses(Tensor logits, Tensor teacherLogits, double temperature)
    {
        using var scope = NewDisposeScope();
        using Scalar factor = Scalars.New(1 / temperature);
        using Scalar scale = Scalars.New(temperature * temperature / logits.shape[0]);
        Tensor student = log_softmax(logits * factor, 1);
        Tensor teacher = log_softmax(teacherLogits * factor, 1);
        return (kl_div(student, teacher, log_target: true, nn.Reduction.Sum) * scale).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Of a detector's heads, class logits [N, anchors, classes] and box deltas [N, anchors, 4], each summed and divided by
    /// <paramref name="positives"/> (<see cref="Detection.RetinaLoss.Sums.PositivesOf"/>). Classes: |p_t − p|² · BCE(p, p_t) of the
    /// sigmoid probabilities (the quality focal loss of Li et al. 2020, Eq. 2, with β = 2). Boxes: the L1 distance where the
    /// teacher gives a class a probability of at least 0.5.
    /// </summary>
    public static (Tensor Classes, Tensor Boxes) OfBoxes(
        Tensor logits, Tensor deltas, Tensor teacherLogits, Tensor teacherDeltas, double positives)
    {
        using var scope = NewDisposeScope();
        using Scalar divisor = Scalars.New(positives);
        Tensor teacher = teacherLogits.sigmoid();
        Tensor distance = teacher - logits.sigmoid();
        Tensor crossEntropy = binary_cross_entropy_with_logits(logits, teacher, reduction: nn.Reduction.None);
        Tensor classes = (distance * distance * crossEntropy).sum() / divisor;
        Tensor sure = teacher.amax([-1], keepdim: true).ge(SureProbability);
        Tensor boxes = ((deltas - teacherDeltas).abs() * sure).sum() / divisor;
        return (classes.MoveToOuterDisposeScope(), boxes.MoveToOuterDisposeScope());
    }
}
