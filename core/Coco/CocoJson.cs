using System.Text.Json;
using System.Text.Json.Serialization;

namespace SpikingDetector.Core.Coco;

/// <summary>The parts of an instances file that detection uses; segmentations and the like are passed over.</summary>
internal sealed record CocoFileJson(
    List<CocoImageJson?>? Images, List<CocoAnnotationJson?>? Annotations, List<CocoCategoryJson?>? Categories);

internal sealed record CocoImageJson(long? Id, string? FileName, double? Width, double? Height);

internal sealed record CocoAnnotationJson(
    long? Id,
    long? ImageId,
    int? CategoryId,
    double[]? Bbox,
    double? Area,
    [property: JsonConverter(typeof(FlagConverter))] bool Iscrowd);

internal sealed record CocoCategoryJson(int? Id, string? Name);

internal sealed record CocoResultJson(long? ImageId, int? CategoryId, double[]? Bbox, double? Score);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CocoFileJson))]
[JsonSerializable(typeof(List<CocoResultJson?>))]
internal sealed partial class CocoJson : JsonSerializerContext
{
    /// <summary>Reads a file of one of the types above.</summary>
    /// <param name="path">The file.</param>
    /// <param name="type">What to read it as.</param>
    /// <param name="what">What it should be, for the sentence that says it is not.</param>
    /// <exception cref="InvalidInputException">There is no such file, or it is no JSON of that kind.</exception>
    public static T Read<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string what)
        where T : class
    {
        if (!File.Exists(path))
            throw new InvalidInputException($"There is no file {path}: expected {what}.");

        try
        {
            using FileStream stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, type)
                ?? throw new InvalidInputException($"{path} holds null: expected {what}.");
        }
        catch (JsonException exception)
        {
            string where = exception.Path is null or "$" ? "" : $" at {exception.Path}";
            string line = exception.LineNumber is long number ? $" (line {number + 1})" : "";
            throw new InvalidInputException($"{path} is not {what}: it cannot be read{where}{line}.", exception);
        }
    }
}
