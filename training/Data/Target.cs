using SpikingDetector.Core.Detection;

namespace SpikingDetector.Training.Data;

/// <summary>The truth about one picture: a class, or boxes in input pixels with their classes.</summary>
/// <param name="Label">Classification: index of the label.</param>
/// <param name="Boxes">Detection: boxes in pixels of the input.</param>
/// <param name="Categories">Detection: index of the category of each box.</param>
internal sealed record Target(int Label, Box[] Boxes, int[] Categories)
{
    public static Target OfClass(int label) => new(label, [], []);

    public static Target OfBoxes(Box[] boxes, int[] categories) => new(-1, boxes, categories);
}
