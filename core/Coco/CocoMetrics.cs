using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SpikingDetector.Core.Coco;

/// <summary>
/// COCO's twelve figures, each 0…1, or −1 where there is nothing to measure. AP: average precision over the overlap
/// thresholds 0.50 … 0.95 (AP50, AP75: at that one) with at most 100 detections a picture and category; AR: average
/// recall with at most that many; s, m, l: objects of less than 32², up to 96² and of more square pixels.
/// </summary>
public sealed record CocoMetrics
{
    public required double AP { get; init; }

    public required double AP50 { get; init; }

    public required double AP75 { get; init; }

    public required double APSmall { get; init; }

    public required double APMedium { get; init; }

    public required double APLarge { get; init; }

    public required double AR1 { get; init; }

    public required double AR10 { get; init; }

    public required double AR100 { get; init; }

    public required double ARSmall { get; init; }

    public required double ARMedium { get; init; }

    public required double ARLarge { get; init; }

    /// <summary>AP of each category by its COCO id, ascending; −1 for one without ground truth.</summary>
    public required IReadOnlyDictionary<int, double> Categories { get; init; }

    /// <summary>The twelve figures under the names that command lines and files use, in their usual order.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Figures =>
    [
        new("AP", AP), new("AP50", AP50), new("AP75", AP75),
        new("APs", APSmall), new("APm", APMedium), new("APl", APLarge),
        new("AR1", AR1), new("AR10", AR10), new("AR100", AR100),
        new("ARs", ARSmall), new("ARm", ARMedium), new("ARl", ARLarge),
    ];

    /// <summary>Writes one JSON object.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="withCategories">Whether to add "categories": {"id": AP, …}.</param>
    public void Write(Utf8JsonWriter writer, bool withCategories)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        foreach ((string name, double value) in Figures)
            writer.WriteNumber(name, value);
        if (withCategories)
        {
            writer.WriteStartObject("categories");
            foreach ((int id, double value) in Categories)
                writer.WriteNumber(id.ToString(CultureInfo.InvariantCulture), value);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary>The JSON object as indented text.</summary>
    public string ToJson(bool withCategories)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
            Write(writer, withCategories);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
