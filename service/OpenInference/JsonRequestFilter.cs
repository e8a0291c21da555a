using System.Buffers;
using System.Text.Json;

namespace SpikingDetector.Service.OpenInference;

/// <summary>
/// Reads the JSON of an inference request piece by piece as it arrives. The numbers of an input go straight into its rows; what is
/// left is small and is kept as JSON, to be read as a whole. So the memory does not grow with the text.
/// </summary>
internal sealed class JsonRequestFilter : IDisposable
{
    private const int LargestRest = 1 << 16;

    private readonly JsonData _data;
    private readonly ArrayBufferWriter<byte> _rest = new(1 << 10);
    private readonly Utf8JsonWriter _writer;
    private JsonReaderState _state;
    private bool _inInputs;
    private bool _inData;
    private bool _dataFollows;
    private bool _dataSeen;

    public JsonRequestFilter(ModelTensor input, InputRows rows)
    {
        _data = new JsonData(input, rows);
        _writer = new Utf8JsonWriter(_rest);
    }

    /// <summary>Reads on.</summary>
    /// <param name="text">What has come and was not done with before.</param>
    /// <param name="isFinal">Whether nothing comes after it.</param>
    /// <returns>How many bytes of it are done with.</returns>
    /// <exception cref="Problems.ProblemException">It is no inference request.</exception>
    public long Read(ReadOnlySequence<byte> text, bool isFinal)
    {
        var reader = new Utf8JsonReader(text, isFinal, _state);
        try
        {
            while (reader.Read())
            {
                if (_inData)
                    _inData = _data.Take(ref reader);
                else
                    Take(ref reader);
            }
        }
        catch (JsonException exception)
        {
            throw InferenceProblem.Malformed(
                $"it is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})");
        }
        catch (InvalidOperationException)
        {
            throw NotUnicode();
        }

        _state = reader.CurrentState;
        if (text.Length - reader.BytesConsumed > LargestRest)
            throw TooLong();
        return reader.BytesConsumed;
    }

    /// <summary>What was left, once all of it has been read.</summary>
    /// <exception cref="Problems.ProblemException">Its fields are of other types than the protocol's.</exception>
    public RequestJson Finish()
    {
        _writer.Flush();
        try
        {
            return JsonSerializer.Deserialize(_rest.WrittenSpan, OpenInferenceJson.Default.RequestJson)
                ?? throw InferenceProblem.Malformed("it is not a JSON object");
        }
        catch (JsonException exception)
        {
            throw InferenceProblem.Malformed(exception.Path is null or "$"
                ? "it is not a JSON object of the protocol, or a field stands in it twice"
                : $"its field {InferenceProblem.Shorten(exception.Path[2..])} is of another type than the protocol's, or stands there twice");
        }
        catch (InvalidOperationException)
        {
            throw NotUnicode();
        }
    }

    public void Dispose() => _writer.Dispose();

    private void Take(ref Utf8JsonReader reader)
    {
        if (_dataFollows)
        {
            BeginData(ref reader);
            return;
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                TakeName(ref reader);
                break;
            case JsonTokenType.String:
                _writer.WriteStringValue(reader.GetString());
                break;
            case JsonTokenType.StartObject:
                _writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                _writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                _writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                _writer.WriteEndArray();
                break;
            default:
                WriteRaw(ref reader);
                break;
        }

        if (_writer.BytesCommitted + _writer.BytesPending > LargestRest)
            throw TooLong();
    }

    /// <summary>A number, true, false or null.</summary>
    private void WriteRaw(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence)
            _writer.WriteRawValue(reader.ValueSequence, skipInputValidation: true);
        else
            _writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
    }

    private void TakeName(ref Utf8JsonReader reader)
    {
        // Of {"inputs": [{"data": …}]} the outermost object's names are at depth 1 and those of an input at depth 3.
        if (reader.CurrentDepth == 1)
            _inInputs = reader.ValueTextEquals("inputs"u8);
        _dataFollows = _inInputs && reader.CurrentDepth == 3 && reader.ValueTextEquals("data"u8);
        _writer.WritePropertyName(reader.GetString()!);
    }

    private void BeginData(ref Utf8JsonReader reader)
    {
        if (_dataSeen)
            throw InferenceProblem.Malformed("it has data for more than one input; the model has one");
        _dataSeen = true;
        _dataFollows = false;
        _writer.WriteBooleanValue(true);
        _inData = _data.Take(ref reader);
    }

    private static Problems.ProblemException TooLong() =>
        InferenceProblem.Malformed($"it has more than {LargestRest} bytes of JSON besides its input's numbers");

    private static Problems.ProblemException NotUnicode() =>
        InferenceProblem.Malformed("a text in its JSON is not valid Unicode");
}
