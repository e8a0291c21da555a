using System.Text.Json;

namespace SpikingDetector.Service.OpenInference;

/// <summary>The JSON of an inference request without its elements.</summary>
/// <param name="Id">To be given back.</param>
/// <param name="Parameters">Of the whole request.</param>
/// <param name="Inputs">What it brings.</param>
/// <param name="Outputs">What it asks for; all where it is left out.</param>
internal sealed record RequestJson(
    string? Id, Dictionary<string, JsonElement>? Parameters, InputJson?[]? Inputs, OutputJson?[]? Outputs);
