using System.Text.Json.Serialization;

namespace SpikingDetector.Service.DeepStack;

/// <summary>The answer of DeepStack's detection, with the fields that CodeProject.AI adds.</summary>
/// <param name="Success">True; an error has false and the text error in place of the rest.</param>
/// <param name="Predictions">By descending confidence.</param>
/// <param name="Count">How many these are.</param>
/// <param name="Duration">Of the whole request, in seconds.</param>
/// <param name="InferenceMs">Of the network's run.</param>
/// <param name="ProcessMs">Of decoding, waiting and the network's run.</param>
/// <param name="AnalysisRoundTripMs">Of the whole request.</param>
internal sealed record DeepStackAnswer(
    [property: JsonPropertyName("success")] bool Success,
    [property: JsonPropertyName("predictions")] IReadOnlyList<DeepStackPrediction> Predictions,
    [property: JsonPropertyName("count")] int Count,
    [property: JsonPropertyName("duration")] double Duration,
    [property: JsonPropertyName("inferenceMs")] int InferenceMs,
    [property: JsonPropertyName("processMs")] int ProcessMs,
    [property: JsonPropertyName("analysisRoundTripMs")] int AnalysisRoundTripMs);
