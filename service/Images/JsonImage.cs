using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Images;

/// <summary>The picture or recording of a JSON body, <c>{"image": "&lt;base64&gt;"}</c> or <c>{"events": …}</c>, decoded in the memory that holds the body.</summary>
internal static class JsonImage
{
    private const string Expected = "expected {\"image\": \"<base64>\"}, or events in place of image";

    /// <summary>Leaves in <paramref name="body"/> the bytes that its JSON stands for.</summary>
    /// <exception cref="ProblemException">It is not JSON, has another form, or its text is not base64.</exception>
    public static void Extract(ImageBody body)
    {
        Range text;
        try
        {
            text = FindImage(body.Bytes);
        }
        catch (JsonException exception)
        {
            throw Malformed($"it is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})");
        }
        catch (InvalidOperationException)
        {
            throw Malformed("a text in it holds half a character");
        }

        (int start, int length) = text.GetOffsetAndLength(body.Length);
        Span<byte> base64 = body.Bytes.Slice(start, length);
        if (base64.StartsWith("data:"u8))
            throw Malformed("the file is a data URL; send only what stands behind its comma");
        if (Base64.DecodeFromUtf8InPlace(base64, out int decoded) != OperationStatus.Done)
            throw Malformed("the file is not base64 (letters, digits, + and /, padded with = to a multiple of four)");

        body.Keep(start, decoded);
    }

    /// <summary>Where the base64 text lies; escapes in it are resolved in place.</summary>
    private static Range FindImage(Span<byte> json)
    {
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        int offset = json.StartsWith(byteOrderMark) ? byteOrderMark.Length : 0;
        var reader = new Utf8JsonReader(json[offset..]);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw Malformed("it is not a JSON object");

        Range? image = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isImage = reader.ValueTextEquals("image"u8) || reader.ValueTextEquals("events"u8);
            reader.Read();
            if (!isImage)
            {
                reader.Skip();
                continue;
            }

            if (image is not null)
                throw Malformed("image or events stands in it twice; send one of them");
            if (reader.TokenType != JsonTokenType.String)
                throw Malformed("image or events is not a text");

            int start = offset + (int)reader.TokenStartIndex + 1;
            int length = reader.ValueSpan.Length;
            if (reader.ValueIsEscaped)
                length = Unescape(ref reader, json.Slice(start, length));
            image = start..(start + length);
        }

        while (reader.Read())
        {
            // To the end of the body: whatever follows the object is not JSON.
        }

        return image ?? throw Malformed("it has no field image (or events)");
    }

    /// <summary>A text is never longer than its escaped form, whose place it takes.</summary>
    private static int Unescape(ref Utf8JsonReader reader, Span<byte> escaped)
    {
        byte[] text = ArrayPool<byte>.Shared.Rent(escaped.Length);
        try
        {
            int length = reader.CopyString(text);
            text.AsSpan(0, length).CopyTo(escaped);
            return length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    private static ProblemException Malformed(string reason) =>
        new(ProblemType.MalformedRequest, $"The JSON body cannot be used: {reason}; {Expected}.");
}
