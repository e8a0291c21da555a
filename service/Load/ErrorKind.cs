using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace SpikingDetector.Service.Load;

/// <summary>Short names of what can go wrong with a request, by which errors are counted.</summary>
internal static class ErrorKind
{
    public const string Timeout = "timeout";
    public const string Refused = "connection refused";
    public const string Reset = "connection reset";
    public const string NotReached = "not reached";

    /// <summary>An answer's status with its kind of problem (RFC 9457), such as <c>503 full</c>; the number alone where it names none.</summary>
    public static string OfAnswer(HttpStatusCode status, ReadOnlySpan<byte> body)
    {
        string number = ((int)status).ToString(CultureInfo.InvariantCulture);
        return ProblemName(body) is { Length: > 0 } name ? $"{number} {name}" : number;
    }

    /// <summary>Why there is no answer.</summary>
    public static string OfException(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
                return OfSocket(socket.SocketErrorCode);
        }

        return exception is HttpRequestException request ? OfRequest(request.HttpRequestError) : Reset;
    }

    private static string OfSocket(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => Refused,
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => Reset,
        SocketError.TimedOut => Timeout,
        _ => $"{NotReached} ({error})",
    };

    private static string OfRequest(HttpRequestError error) => error switch
    {
        HttpRequestError.ResponseEnded => Reset,
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError => NotReached,
        HttpRequestError.SecureConnectionError => $"{NotReached} (TLS)",
        _ => "broken answer",
    };

    /// <summary>The last part of the problem's type.</summary>
    private static string? ProblemName(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                bool found = reader.ValueTextEquals("type"u8);
                reader.Read();
                if (found && reader.TokenType == JsonTokenType.String)
                    return reader.GetString()!.Split(':', '/')[^1];
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // A page of a proxy, or plain text.
        }

        return null;
    }
}
