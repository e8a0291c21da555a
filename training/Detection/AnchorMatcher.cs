using SpikingDetector.Training.Tensors;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Detection;

/// <summary>
/// Which true box each anchor stands for: intersection over union of at least 0.5 is a match, below 0.4 background,
/// between them ignored; the best anchors of a box match in any case (torchvision's Matcher with low-quality matches).
/// </summary>
internal static class AnchorMatcher
{
    /// <summary>An anchor without a box.</summary>
    public const long Background = -1;

    /// <summary>An anchor that takes no part in the loss.</summary>
    public const long Ignored = -2;

    private const double ForegroundIou = 0.5;
    private const double BackgroundIou = 0.4;

    /// <summary>
    /// int64 [anchors]: the index of the matched box, <see cref="Background"/> or <see cref="Ignored"/>, for true boxes
    /// [boxes, 4] and anchors [anchors, 4].
    /// </summary>
    public static Tensor Match(Tensor boxes, Tensor anchors)
    {
        using var scope = NewDisposeScope();
        if (boxes.shape[0] == 0)
            return full([anchors.shape[0]], Scalars.Of(Background), ScalarType.Int64, anchors.device).MoveToOuterDisposeScope();

        Tensor ious = PairwiseIou(boxes, anchors);
        (Tensor best, Tensor index) = ious.max(0);
        Tensor matched = index.where(best.ge(Scalars.Of(BackgroundIou)), full_like(index, Scalars.Of(Background)));
        matched = matched.where(best.lt(Scalars.Of(BackgroundIou)).logical_or(best.ge(Scalars.Of(ForegroundIou))), full_like(index, Scalars.Of(Ignored)));

        // Of each box all anchors that share its largest overlap keep their own best box.
        Tensor bestOfBox = ious.amax([1], keepdim: true);
        Tensor isBestOfSome = ious.eq(bestOfBox).any(0, keepdim: false);
        return index.where(isBestOfSome, matched).MoveToOuterDisposeScope();
    }

    /// <summary>[boxes, anchors].</summary>
    private static Tensor PairwiseIou(Tensor boxes, Tensor anchors)
    {
        Tensor first = boxes.unsqueeze(1);
        Tensor topLeft = first.narrow(-1, 0, 2).maximum(anchors.narrow(-1, 0, 2));
        Tensor bottomRight = first.narrow(-1, 2, 2).minimum(anchors.narrow(-1, 2, 2));
        Tensor overlap = (bottomRight - topLeft).clamp(min: Scalars.Of(0)).prod(-1);
        return overlap / (Area(boxes).unsqueeze(1).Plus(Area(anchors)) - overlap);
    }

    private static Tensor Area(Tensor boxes) => (boxes.narrow(-1, 2, 2) - boxes.narrow(-1, 0, 2)).prod(-1);
}
