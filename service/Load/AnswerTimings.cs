using System.Text.Json;

namespace SpikingDetector.Service.Load;

/// <summary>Where the service says that the time of a request went, in milliseconds.</summary>
internal readonly record struct AnswerTimings(double Decode, double Queue, double Inference)
{
    /// <summary>Reads the <c>timings_ms</c> of an answer; null where there are none.</summary>
    public static AnswerTimings? Read(ReadOnlySpan<byte> answer)
    {
        var reader = new Utf8JsonReader(answer);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                bool found = reader.ValueTextEquals("timings_ms"u8);
                reader.Read();
                if (found && reader.TokenType == JsonTokenType.StartObject)
                    return ReadTimes(ref reader);
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // Of another service, or cut short; its status tells the rest.
        }

        return null;
    }

    private static AnswerTimings ReadTimes(ref Utf8JsonReader reader)
    {
        var timings = default(AnswerTimings);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool decode = reader.ValueTextEquals("decode"u8);
            bool queue = reader.ValueTextEquals("queue"u8);
            bool inference = reader.ValueTextEquals("inference"u8);
            reader.Read();
            if (reader.TokenType != JsonTokenType.Number)
                reader.Skip();
            else if (decode)
                timings = timings with { Decode = reader.GetDouble() };
            else if (queue)
                timings = timings with { Queue = reader.GetDouble() };
            else if (inference)
                timings = timings with { Inference = reader.GetDouble() };
        }

        return timings;
    }
}
