using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using SpikingDetector.Core.Data;

namespace SpikingDetector.Core.Checkpoints;

/// <summary>Writes safetensors files. The same tensors and metadata give the same bytes.</summary>
public static class SafetensorsWriter
{
    /// <summary>Writes a file whole or not at all; tensors stand in the order given, metadata in ordinal order.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<TensorData> tensors)
    {
        var header = new JsonObject
        {
            ["__metadata__"] = new JsonObject(
                metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                    .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))),
        };
        long position = 0;
        foreach (TensorData tensor in tensors)
        {
            long end = position + tensor.Bytes.Length;
            header.Add(tensor.Name, new JsonObject
            {
                ["dtype"] = TensorTypes.Name(tensor.Type),
                ["shape"] = new JsonArray([.. tensor.Shape.Select(side => JsonValue.Create(side))]),
                ["data_offsets"] = new JsonArray(position, end),
            });
            position = end;
        }

        // Padded with spaces so that the data begins at a multiple of 8 bytes, as the reference implementation does.
        byte[] json = Encoding.UTF8.GetBytes(header.ToJsonString());
        int padding = (8 - json.Length % 8) % 8;
        AtomicFile.Write(path, stream =>
        {
            Span<byte> prefix = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)(json.Length + padding));
            stream.Write(prefix);
            stream.Write(json);
            stream.Write("        "u8[..padding]);
            foreach (TensorData tensor in tensors)
                stream.Write(tensor.Bytes.Span);
        });
    }
}
