using System.Text.Json.Serialization;

namespace SpikingDetector.Service.OpenInference;

/// <summary>How the protocol's requests are read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(RequestJson))]
internal sealed partial class OpenInferenceJson : JsonSerializerContext;
