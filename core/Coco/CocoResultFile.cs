using System.Text.Json;
using SpikingDetector.Core.Data;

namespace SpikingDetector.Core.Coco;

/// <summary>Reads and writes COCO result files: a JSON list of detections.</summary>
public static class CocoResultFile
{
    private const string Description =
        "a COCO results file (a list of {\"image_id\", \"category_id\", \"bbox\", \"score\"})";

    /// <summary>Reads the detections in the file's order.</summary>
    /// <exception cref="InvalidInputException">It is missing, no JSON, or an entry is not whole.</exception>
    public static IReadOnlyList<CocoResult> Read(string path)
    {
        List<CocoResultJson?> entries = CocoJson.Read(path, CocoJson.Default.ListCocoResultJson, Description);
        var results = new CocoResult[entries.Count];
        for (int i = 0; i < results.Length; i++)
            results[i] = Result(path, i, entries[i]);
        return results;
    }

    /// <summary>Writes the detections; reading them back gives the same numbers to the last bit.</summary>
    public static void Write(string path, IReadOnlyList<CocoResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        AtomicFile.Write(path, stream =>
        {
            using var writer = new Utf8JsonWriter(stream);
            writer.WriteStartArray();
            foreach (CocoResult result in results)
                Write(writer, result);
            writer.WriteEndArray();
        });
    }

    private static void Write(Utf8JsonWriter writer, CocoResult result)
    {
        writer.WriteStartObject();
        writer.WriteNumber("image_id", result.ImageId);
        writer.WriteNumber("category_id", result.CategoryId);
        writer.WriteStartArray("bbox");
        writer.WriteNumberValue(result.Box.X);
        writer.WriteNumberValue(result.Box.Y);
        writer.WriteNumberValue(result.Box.Width);
        writer.WriteNumberValue(result.Box.Height);
        writer.WriteEndArray();
        writer.WriteNumber("score", result.Score);
        writer.WriteEndObject();
    }

    private static CocoResult Result(string path, int index, CocoResultJson? entry) =>
        entry is { ImageId: long image, CategoryId: int category, Score: double score, Bbox: [double x, double y, double width, double height] }
            ? new CocoResult(image, category, new CocoBox(x, y, width, height), score)
            : throw new InvalidInputException(
                $"{path}: entry [{index}] needs \"image_id\", \"category_id\", \"score\" and a \"bbox\" of four numbers.");
}
