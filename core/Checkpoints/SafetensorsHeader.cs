using System.Text.Json;

namespace SpikingDetector.Core.Checkpoints;

/// <summary>
/// The JSON header of a safetensors file, checked as the format demands: known types, sizes that agree with the
/// shapes, and tensors that cover the data without gaps or overlaps.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The reference implementation's bound on the header, in bytes.</summary>
    public const int MaxLength = 100_000_000;

    private SafetensorsHeader(Dictionary<string, string> metadata, Dictionary<string, TensorEntry> tensors)
    {
        Metadata = metadata;
        Tensors = tensors;
    }

    public Dictionary<string, string> Metadata { get; }

    public Dictionary<string, TensorEntry> Tensors { get; }

    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long dataLength, string path)
    {
        var metadata = new Dictionary<string, string>();
        var tensors = new Dictionary<string, TensorEntry>();
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InvalidInputException($"{path}: the header must be a JSON object; the file is no safetensors file.");
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Name == "__metadata__")
                    ReadMetadata(property.Value, metadata, path);
                else
                    tensors.Add(property.Name, ReadEntry(property, path));
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name or value that is no valid UTF-8 or escapes half a character.
            throw new InvalidInputException($"{path}: the header is not valid JSON ({exception.Message})", exception);
        }

        CheckCoverage(tensors, dataLength, path);
        return new SafetensorsHeader(metadata, tensors);
    }

    private static void ReadMetadata(JsonElement value, Dictionary<string, string> metadata, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new InvalidInputException($"{path}: '__metadata__' must be an object of texts.");
        foreach (JsonProperty property in value.EnumerateObject())
        {
            metadata[property.Name] = property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()!
                : throw new InvalidInputException($"{path}: metadata '{property.Name}' must be a text, but is {property.Value.GetRawText()}.");
        }
    }

    private static TensorEntry ReadEntry(JsonProperty property, string path)
    {
        string name = property.Name;
        JsonElement value = property.Value;
        if (value.ValueKind != JsonValueKind.Object)
            throw Wrong("must be described by an object with dtype, shape and data_offsets");
        string? typeName = null;
        long[]? shape = null;
        long[]? offsets = null;
        foreach (JsonProperty field in value.EnumerateObject())
        {
            switch (field.Name)
            {
                case "dtype":
                    typeName = field.Value.ValueKind == JsonValueKind.String
                        ? field.Value.GetString()
                        : throw Wrong("has a dtype that is no text");
                    break;
                case "shape":
                    shape = ReadNumbers(field.Value) ?? throw Wrong("has a shape that is no list of whole numbers from 0");
                    break;
                case "data_offsets":
                    offsets = ReadNumbers(field.Value) ?? throw Wrong("has data_offsets that are no list of whole numbers from 0");
                    break;
                default:
                    throw Wrong($"has an unexpected field '{field.Name}'; expected dtype, shape and data_offsets");
            }
        }

        if (typeName is null || shape is null || offsets is not { Length: 2 })
            throw Wrong("must have a dtype, a shape and two data_offsets");
        TensorType type = TensorTypes.Find(typeName) ?? throw Wrong($"has the unknown dtype '{typeName}'; known are {TensorTypes.Names}");
        Int128 bytes = TensorTypes.Size(type);
        foreach (long side in shape)
        {
            bytes *= side;
            if (bytes > long.MaxValue)
                throw Wrong("has a shape whose size overflows");
        }

        if (offsets[1] < offsets[0] || offsets[1] - offsets[0] != bytes)
        {
            throw Wrong(
                $"has shape [{string.Join(", ", shape)}] of {typeName}, which is {bytes} bytes, but data_offsets {offsets[0]} to {offsets[1]}");
        }

        return new TensorEntry(name, type, shape, offsets[0], offsets[1]);

        InvalidInputException Wrong(string what) => new($"{path}: tensor '{name}' {what}.");
    }

    private static long[]? ReadNumbers(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return null;
        var numbers = new long[value.GetArrayLength()];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (value[i].ValueKind != JsonValueKind.Number || !value[i].TryGetInt64(out numbers[i]) || numbers[i] < 0)
                return null;
        }

        return numbers;
    }

    private static void CheckCoverage(Dictionary<string, TensorEntry> tensors, long dataLength, string path)
    {
        long position = 0;
        foreach (TensorEntry entry in tensors.Values.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != position)
            {
                throw new InvalidInputException(
                    $"{path}: tensor '{entry.Name}' begins at byte {entry.Begin} of the data, but the one before ends at {position}; "
                    + "the header does not describe this file.");
            }

            position = entry.End;
        }

        if (position > dataLength)
        {
            throw new InvalidInputException(
                $"{path}: the header promises {position} bytes of data, but the file has {dataLength}: it was cut short; copy it again.");
        }

        if (position < dataLength)
        {
            throw new InvalidInputException(
                $"{path}: the header describes {position} bytes of data, but the file has {dataLength}: it does not belong to this file.");
        }
    }
}
