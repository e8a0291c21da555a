using SpikingDetector.Training.Distributed;
using SpikingDetector.Training.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Detection;

/// <summary>
/// RetinaNet's losses: focal loss (α = 0.25, γ = 2) over all anchors but the ignored ones, and the L1 distance of the
/// box deltas over the matched ones (Lin et al. 2017). Both are sums; the caller divides by the positives of the batch.
/// </summary>
internal sealed class RetinaLoss(Tensor anchors)
{
    private static readonly Scalar Alpha = Scalars.Of(0.25);
    private static readonly Scalar OthersAlpha = Scalars.Of(0.75);
    private static readonly Scalar Gamma = Scalars.Of(2.0);

    /// <summary>Loss sums and matched anchors of a batch.</summary>
    internal sealed record Sums(Tensor Classification, Tensor Boxes, long Positives)
    {
        /// <summary>
        /// What the sums are to be divided by: the positives of the batch, at least 1. Of several processes that share a batch, each
        /// divides by its equal share of all their positives, so that the mean of their losses is that of the whole batch.
        /// </summary>
        public double PositivesOf(ProcessGroup group)
        {
            double[] all = [Positives];
            group.Sum(all);
            return Math.Max(1, all[0]) / group.Size;
        }

        /// <summary>Both sums divided by <see cref="PositivesOf"/>.</summary>
        public (Tensor Classification, Tensor Boxes) PerPositive(double positives)
        {
            using Scalar divisor = Scalars.New(positives);
            return (Classification / divisor, Boxes / divisor);
        }
    }

    /// <summary>Loss sums of class logits [N, anchors, classes] and box deltas [N, anchors, 4].</summary>
    public Sums Compute(Tensor classLogits, Tensor boxDeltas, IReadOnlyList<TrueBoxes> truth)
    {
        using var scope = NewDisposeScope();
        Tensor matched;
        Tensor classTargets;
        Tensor boxTargets;
        using (no_grad())
        {
            Tensor[] matches = [.. truth.Select(picture => AnchorMatcher.Match(picture.Boxes, anchors))];
            matched = stack(matches);
            classTargets = zeros_like(classLogits);
            boxTargets = zeros_like(boxDeltas);
            for (int n = 0; n < truth.Count; n++)
                FillTargets(classTargets[n], boxTargets[n], matches[n], truth[n]);
        }

        Tensor positive = matched.ge(Scalars.Of(0));
        Tensor valid = matched.ne(Scalars.Of(AnchorMatcher.Ignored));
        Tensor classification = (FocalLoss(classLogits, classTargets) * valid.unsqueeze(-1)).sum();
        Tensor boxes = ((boxDeltas - boxTargets).abs() * positive.unsqueeze(-1)).sum();
        return new Sums(
            classification.MoveToOuterDisposeScope(), boxes.MoveToOuterDisposeScope(), positive.sum().item<long>());
    }

    private void FillTargets(Tensor classTargets, Tensor boxTargets, Tensor matched, TrueBoxes truth)
    {
        Tensor positions = matched.ge(Scalars.Of(0)).nonzero().squeeze(1);
        if (positions.numel() == 0)
            return;
        Tensor objects = matched.index_select(0, positions);
        Tensor labels = truth.Labels.index_select(0, objects);
        classTargets.index_put_(tensor(1f, device: classTargets.device), positions, labels);
        Tensor deltas = BoxCoder.Encode(truth.Boxes.index_select(0, objects), anchors.index_select(0, positions));
        boxTargets.index_copy_(0, positions, deltas);
    }

    private static Tensor FocalLoss(Tensor logits, Tensor targets)
    {
        Tensor probabilities = logits.sigmoid();
        Tensor crossEntropy = binary_cross_entropy_with_logits(logits, targets, reduction: nn.Reduction.None);
        Tensor others = Scalars.One.Minus(targets);
        Tensor ofTarget = (probabilities * targets).Plus(Scalars.One.Minus(probabilities) * others);
        Tensor weight = (targets * Alpha).Plus(others * OthersAlpha);
        return weight * Scalars.One.Minus(ofTarget).pow(Gamma) * crossEntropy;
    }
}
