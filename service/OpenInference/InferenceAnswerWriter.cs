using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace SpikingDetector.Service.OpenInference;

/// <summary>Writes an answer in JSON, and outputs that are wanted in bytes behind it.</summary>
internal static class InferenceAnswerWriter
{
    public static async Task WriteAsync(HttpResponse response, InferenceResult result, CancellationToken cancellationToken)
    {
        bool hasBytes = result.Outputs.Any(output => output.Binary);
        var json = new ArrayBufferWriter<byte>(1 << 12);
        WriteJson(json, result);
        response.ContentType = hasBytes ? "application/octet-stream" : "application/json";
        response.ContentLength = json.WrittenCount + Enumerable.Range(0, result.Outputs.Count).Sum(i => BinarySize(result, i));
        if (hasBytes)
            response.Headers[InferenceBodyReader.JsonLengthHeader] = json.WrittenCount.ToString(CultureInfo.InvariantCulture);

        await response.BodyWriter.WriteAsync(json.WrittenMemory, cancellationToken);
        for (int i = 0; i < result.Outputs.Count; i++)
        {
            if (!result.Outputs[i].Binary)
                continue;
            foreach (byte[] row in result.Elements(i))
                await response.BodyWriter.WriteAsync(row, cancellationToken);
        }
    }

    private static void WriteJson(IBufferWriter<byte> buffer, InferenceResult result)
    {
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("model_name"u8, result.ModelName);
        json.WriteString("model_version"u8, result.ModelVersion);
        if (result.Id is { } id)
            json.WriteString("id"u8, id);
        json.WriteStartArray("outputs"u8);
        for (int i = 0; i < result.Outputs.Count; i++)
            WriteOutput(json, result, i);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteOutput(Utf8JsonWriter json, InferenceResult result, int output)
    {
        AnsweredOutput answered = result.Outputs[output];
        json.WriteStartObject();
        json.WriteString("name"u8, answered.Tensor.Name);
        json.WriteString("datatype"u8, answered.Tensor.Datatype.Name);
        json.WriteStartArray("shape"u8);
        foreach (long side in answered.Tensor.Shape(result.Rows.Count))
            json.WriteNumberValue(side);
        json.WriteEndArray();
        if (answered.Binary)
        {
            json.WriteStartObject("parameters"u8);
            json.WriteNumber("binary_data_size"u8, BinarySize(result, output));
            json.WriteEndObject();
        }
        else
        {
            json.WriteStartArray("data"u8);
            foreach (byte[] row in result.Elements(output))
                WriteNumbers(json, answered.Tensor.Datatype, row);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, Datatype datatype, byte[] row)
    {
        if (datatype == Datatype.Int64)
        {
            foreach (long value in MemoryMarshal.Cast<byte, long>(row))
                json.WriteNumberValue(value);
            return;
        }

        foreach (float value in MemoryMarshal.Cast<byte, float>(row))
        {
            // JSON has no infinity and no NaN; whoever needs them asks for bytes.
            if (float.IsFinite(value))
                json.WriteNumberValue(value);
            else
                json.WriteNullValue();
        }
    }

    private static long BinarySize(InferenceResult result, int output) =>
        result.Outputs[output].Binary ? (long)result.Rows.Count * result.Outputs[output].Tensor.RowBytes : 0;
}
