using System.Text.Json;

namespace SpikingDetector.Service.OpenInference;

/// <summary>An input of an inference request.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Datatype">Its elements, as the protocol calls them.</param>
/// <param name="Shape">Its sides.</param>
/// <param name="Parameters">binary_data_size, where its elements lie behind the JSON.</param>
/// <param name="Data">Whether its elements stood here: they have gone their own way (<see cref="JsonRequestFilter"/>).</param>
internal sealed record InputJson(
    string? Name, string? Datatype, long[]? Shape, Dictionary<string, JsonElement>? Parameters, bool? Data);
