using System.Net;

namespace SpikingDetector.Service.Load;

/// <summary>
/// Sends requests. As light as it can be, since it may share its processors with the service: no redirects, no cookies, no proxy,
/// no trace headers, and answers that are only looked through for their times.
/// </summary>
internal sealed class LoadClient : IDisposable
{
    private readonly LoadPlan _plan;
    private readonly HttpClient _client;

    public LoadClient(LoadPlan plan)
    {
        _plan = plan;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = plan.Timeout,
            MaxConnectionsPerServer = int.MaxValue,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Sends a body and reads the whole answer.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before the request's own time was over.</exception>
    public async Task<LoadOutcome> SendAsync(LoadBody body, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_plan.Timeout);
        try
        {
            using HttpRequestMessage request = Request(body);
            using HttpResponseMessage response = await _client.SendAsync(request, limit.Token);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(limit.Token);
            return response.IsSuccessStatusCode
                ? new LoadOutcome(null, answer.Length, TimingsOf(response, answer))
                : new LoadOutcome(ErrorKind.OfAnswer(response.StatusCode, answer), answer.Length, null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new LoadOutcome(ErrorKind.Timeout, 0, null);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            cancellation.ThrowIfCancellationRequested();
            return new LoadOutcome(ErrorKind.OfException(exception), 0, null);
        }
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Request(LoadBody body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _plan.Address)
        {
            Version = HttpVersion.Version11,
            Content = new ByteArrayContent(body.Bytes),
        };
        request.Content.Headers.ContentType = body.Type;
        foreach ((string name, string value) in _plan.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static AnswerTimings? TimingsOf(HttpResponseMessage response, byte[] answer) =>
        response.Content.Headers.ContentType?.MediaType == "application/json" ? AnswerTimings.Read(answer) : null;
}
