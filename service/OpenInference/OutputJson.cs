using System.Text.Json;

namespace SpikingDetector.Service.OpenInference;

/// <summary>An output that an inference request asks for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">binary_data, where it says in which form.</param>
internal sealed record OutputJson(string? Name, Dictionary<string, JsonElement>? Parameters);
