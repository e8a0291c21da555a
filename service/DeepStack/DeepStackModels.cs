using System.Text.Json.Serialization;

namespace SpikingDetector.Service.DeepStack;

/// <summary>The detectors that <c>/v1/vision/custom/{model}</c> takes.</summary>
/// <param name="Success">True.</param>
/// <param name="Models">Their names.</param>
internal sealed record DeepStackModels(
    [property: JsonPropertyName("success")] bool Success, [property: JsonPropertyName("models")] IReadOnlyList<string> Models);
