using System.Text.Json.Serialization;
using SpikingDetector.Core.Detection;

namespace SpikingDetector.Service.DeepStack;

/// <summary>One found object, as DeepStack's clients read it.</summary>
/// <param name="Label">Name of its category.</param>
/// <param name="Confidence">Score, 0…1.</param>
/// <param name="XMin">Left side, in whole pixels of the picture.</param>
/// <param name="YMin">Upper side.</param>
/// <param name="XMax">Right side.</param>
/// <param name="YMax">Lower side.</param>
internal sealed record DeepStackPrediction(
    [property: JsonPropertyName("label")] string Label,
    [property: JsonPropertyName("confidence")] float Confidence,
    [property: JsonPropertyName("x_min")] int XMin,
    [property: JsonPropertyName("y_min")] int YMin,
    [property: JsonPropertyName("x_max")] int XMax,
    [property: JsonPropertyName("y_max")] int YMax)
{
    public static DeepStackPrediction Of(Core.Detection.Detection detection, IReadOnlyList<string> categories)
    {
        Box box = detection.Box;
        return new DeepStackPrediction(
            categories[detection.CategoryIndex],
            detection.Score,
            (int)MathF.Round(box.X1),
            (int)MathF.Round(box.Y1),
            (int)MathF.Round(box.X2),
            (int)MathF.Round(box.Y2));
    }
}
