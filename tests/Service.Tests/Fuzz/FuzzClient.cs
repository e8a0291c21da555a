using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>Sends cases, each on a connection of its own.</summary>
/// <param name="http">The service's address.</param>
/// <param name="grpc">Its address for gRPC.</param>
internal sealed class FuzzClient(Uri http, Uri grpc) : IDisposable
{
    /// <summary>After so long a silence a request that never ends is ended by closing its direction of the connection.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly HttpClient _grpc = new() { BaseAddress = grpc, Timeout = Longest };

    public Task<FuzzAnswer> SendAsync(FuzzCase request) => request.Target switch
    {
        FuzzTarget.Grpc => CallAsync(request),
        FuzzTarget.Http2 => ConnectAsync(grpc, request),
        _ => ConnectAsync(http, request),
    };

    public void Dispose() => _grpc.Dispose();

    private static async Task<FuzzAnswer> ConnectAsync(Uri address, FuzzCase request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        var clock = Stopwatch.StartNew();
        var answer = new StringBuilder();
        Task<bool> reading = ReadAsync(client.GetStream(), answer);
        Task sending = SendAsync(client.GetStream(), request.Bytes);
        if (!request.IsWhole)
        {
            await sending;
            await Task.WhenAny(reading, Task.Delay(Silence));
            if (!reading.IsCompleted)
                EndSending(client);
        }

        bool isClosed = await reading;
        return new FuzzAnswer(answer.ToString(), null, isClosed, clock.Elapsed);
    }

    private static async Task SendAsync(NetworkStream stream, byte[] bytes)
    {
        using var limit = new CancellationTokenSource(Longest);
        try
        {
            await stream.WriteAsync(bytes, limit.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The server has said all that it has to say.
        }
    }

    private static void EndSending(TcpClient client)
    {
        try
        {
            client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The server was first.
        }
    }

    /// <summary>True once the server has closed the connection, false where it does not within the time.</summary>
    private static async Task<bool> ReadAsync(NetworkStream stream, StringBuilder answer)
    {
        byte[] buffer = new byte[1 << 14];
        using var limit = new CancellationTokenSource(Longest);
        try
        {
            while (await stream.ReadAsync(buffer, limit.Token) is > 0 and int read)
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            // Closed with data unread.
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        return true;
    }

    private async Task<FuzzAnswer> CallAsync(FuzzCase call)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, call.Path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = Requests.Raw(call.Bytes, "application/grpc"),
        };
        request.Headers.TE.ParseAdd("trailers");
        var clock = Stopwatch.StartNew();
        try
        {
            using HttpResponseMessage response = await _grpc.SendAsync(request);
            await response.Content.ReadAsByteArrayAsync();
            string? status = Of(response, "grpc-status");
            return new FuzzAnswer(
                $"HTTP/1.1 {(int)response.StatusCode} {response.StatusCode}\r\n{Of(response, "grpc-message")}",
                status is null ? null : int.Parse(status, CultureInfo.InvariantCulture), IsClosed: true, clock.Elapsed);
        }
        catch (OperationCanceledException)
        {
            return new FuzzAnswer("", null, IsClosed: false, clock.Elapsed);
        }
        catch (HttpRequestException exception)
        {
            return new FuzzAnswer(exception.Message, null, IsClosed: true, clock.Elapsed); // The stream was reset: no status.
        }
    }

    private static string? Of(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out IEnumerable<string>? values) || response.Headers.TryGetValues(name, out values)
            ? string.Join(',', values)
            : null;
}
