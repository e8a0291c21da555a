using SpikingDetector.Training.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Detection;

/// <summary>
/// Boxes as deltas from anchors, weights 1 (torchvision's BoxCoder): dx, dy the shift of the centre in anchor sides,
/// dw, dh the logarithm of the sides' ratio, capped at ln(1000/16) when decoded.
/// </summary>
internal static class BoxCoder
{
    private static readonly Scalar MaxLogRatio = Scalars.Of(Math.Log(1000.0 / 16));
    private static readonly Scalar Half = Scalars.Of(0.5);

    /// <summary>Deltas [..., 4] of boxes [..., 4] (x1, y1, x2, y2) from anchors of the same shape.</summary>
    public static Tensor Encode(Tensor boxes, Tensor anchors)
    {
        (Tensor anchorCentre, Tensor anchorSize) = CentreAndSize(anchors);
        (Tensor centre, Tensor size) = CentreAndSize(boxes);
        return cat([(centre - anchorCentre) / anchorSize, (size / anchorSize).log()], -1);
    }

    /// <summary>Boxes of deltas.</summary>
    public static Tensor Decode(Tensor deltas, Tensor anchors)
    {
        (Tensor anchorCentre, Tensor anchorSize) = CentreAndSize(anchors);
        Tensor centre = (deltas.narrow(-1, 0, 2) * anchorSize).Plus(anchorCentre);
        Tensor half = deltas.narrow(-1, 2, 2).clamp(max: MaxLogRatio).exp() * anchorSize * Half;
        return cat([centre - half, centre.Plus(half)], -1);
    }

    private static (Tensor Centre, Tensor Size) CentreAndSize(Tensor boxes)
    {
        Tensor size = boxes.narrow(-1, 2, 2) - boxes.narrow(-1, 0, 2);
        return (boxes.narrow(-1, 0, 2).Plus(size * Half), size);
    }
}
