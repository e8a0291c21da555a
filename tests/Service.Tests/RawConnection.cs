using System.Net.Sockets;
using System.Text;

namespace SpikingDetector.Service.Tests;

/// <summary>A connection on which a test writes what it likes, HTTP or not.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client;

    private RawConnection(TcpClient client) => _client = client;

    public static async Task<RawConnection> OpenAsync(RunningService service)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", service.Client.BaseAddress!.Port);
        return new RawConnection(client);
    }

    public Task SendAsync(string text) => _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    /// <summary>All that comes up to and with a text.</summary>
    public async Task<string> ReadToAsync(string end)
    {
        var answer = new StringBuilder();
        byte[] buffer = new byte[1];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!answer.ToString().EndsWith(end, StringComparison.Ordinal) && await _client.GetStream().ReadAsync(buffer, limit.Token) > 0)
            answer.Append((char)buffer[0]);
        return answer.ToString();
    }

    /// <summary>All that comes until the server closes the connection; a broken connection ends it, too.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var answer = new StringBuilder();
        byte[] buffer = new byte[4096];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            while (await _client.GetStream().ReadAsync(buffer, limit.Token) is > 0 and int read)
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
        }

        return answer.ToString();
    }

    public void Dispose() => _client.Dispose();
}
