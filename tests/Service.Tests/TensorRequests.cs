using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using SpikingDetector.Core.Images;
using SpikingDetector.Inference;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>Requests of the Open Inference Protocol, and what the network says alone.</summary>
internal static class TensorRequests
{
    private const string JsonLength = "Inference-Header-Content-Length";

    public static string ImageJson(Picture[] pictures, string more = "") => ImageJson(
        pictures, $$""" "data": [{{string.Join(',', pictures.SelectMany(picture => picture.Pixels.ToArray()))}}] """, more);

    public static string ImageJson(Picture[] pictures, string data, string more) =>
        $$"""{"inputs": [{"name": "image", "shape": [{{pictures.Length}}, {{pictures[0].Height}}, {{pictures[0].Width}}, 3], "datatype": "UINT8", {{data}} }]{{more}}}""";

    /// <summary>Nested as the shape says.</summary>
    public static string Nested(Picture[] pictures) => List(pictures.Select(picture =>
        List(Enumerable.Range(0, picture.Height).Select(y => List(Enumerable.Range(0, picture.Width).Select(x =>
            List(picture.Pixels.Slice(3 * (y * picture.Width + x), 3).ToArray().Select(value => value.ToString(CultureInfo.InvariantCulture)))))))));

    public static HttpContent Json(string json) => Requests.Raw(Encoding.UTF8.GetBytes(json), "application/json");

    /// <summary>The binary tensor data extension: JSON, and bytes behind it.</summary>
    public static HttpContent Binary(string json, byte[] bytes, int? jsonLength = null)
    {
        byte[] text = Encoding.UTF8.GetBytes(json);
        var content = new ByteArrayContent([.. text, .. bytes]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.Add(JsonLength, (jsonLength ?? text.Length).ToString(CultureInfo.InvariantCulture));
        return content;
    }

    public static string BinaryImageJson(Picture[] pictures, string more = "") => ImageJson(
        pictures, $$""" "parameters": {"binary_data_size": {{pictures.Sum(picture => picture.Pixels.Length)}}} """, more);

    public static byte[] Bytes(Picture[] pictures) => [.. pictures.SelectMany(picture => picture.Pixels.ToArray())];

    /// <summary>The JSON and the bytes behind it of an answer.</summary>
    public static async Task<(JsonNode Json, byte[] Bytes)> PartsAsync(this HttpResponseMessage response)
    {
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(body));
        Assert.Equal("application/octet-stream", response.MediaType());
        int length = int.Parse(response.Headers.GetValues(JsonLength).Single(), CultureInfo.InvariantCulture);
        return (JsonNode.Parse(body.AsSpan(0, length))!, body[length..]);
    }

    /// <summary>The outputs of each picture run alone, little-endian.</summary>
    public static Dictionary<string, byte[]> Alone(string model, Picture picture)
    {
        using ModelSession session = ModelSession.Open(
            Google.Protobuf.MessageExtensions.ToByteArray(ReferenceModels.Export(model)), model,
            new ModelSessionOptions { Device = ExecutionDevice.Cpu });
        using PictureBatch batch = session.CreateBatch();
        batch.Add(picture.Pixels);
        using ModelOutputs outputs = session.Run(batch);
        return outputs.Names.ToDictionary(name => name, name => name == "labels"
            ? MemoryMarshal.AsBytes(outputs.Longs(name)).ToArray()
            : MemoryMarshal.AsBytes(outputs.Floats(name)).ToArray());
    }

    /// <summary>The elements of an output in JSON, little-endian.</summary>
    public static byte[] Elements(JsonNode output) => (string)output["datatype"]! == "INT64"
        ? MemoryMarshal.AsBytes(output["data"]!.AsArray().Select(value => (long)value!).ToArray().AsSpan()).ToArray()
        : MemoryMarshal.AsBytes(output["data"]!.AsArray().Select(value => (float)value!).ToArray().AsSpan()).ToArray();

    private static string List(IEnumerable<string> elements) => $"[{string.Join(',', elements)}]";
}
