using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using SpikingDetector.Service.Classification;
using SpikingDetector.Service.DeepStack;
using SpikingDetector.Service.Detection;
using SpikingDetector.Service.Health;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.OpenInference;

namespace SpikingDetector.Service;

/// <summary>How answers look as JSON; written at build time, so that no request pays for finding it out.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DetectionAnswer))]
[JsonSerializable(typeof(DetectionsAnswer))]
[JsonSerializable(typeof(ClassificationAnswer))]
[JsonSerializable(typeof(ClassificationsAnswer))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(HealthStatus))]
[JsonSerializable(typeof(DeepStackAnswer))]
[JsonSerializable(typeof(DeepStackModels))]
[JsonSerializable(typeof(ServerMetadata))]
[JsonSerializable(typeof(ServerLive))]
[JsonSerializable(typeof(ServerReady))]
[JsonSerializable(typeof(ModelMetadata))]
[JsonSerializable(typeof(ModelReady))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(bool))]
internal sealed partial class ServiceJson : JsonSerializerContext;
