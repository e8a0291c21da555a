using static TorchSharp.torch;

namespace SpikingDetector.Training.Detection;

/// <summary>The annotated objects of one picture in input pixels.</summary>
/// <param name="Boxes">float32 [boxes, 4] as x1, y1, x2, y2.</param>
/// <param name="Labels">int64 [boxes], indices into the spec's categories.</param>
internal sealed record TrueBoxes(Tensor Boxes, Tensor Labels);
