using System.Net;
using SpikingDetector.Core;

namespace SpikingDetector.Service.Benchmarks;

/// <summary>Waits for a service.</summary>
internal static class ServiceReady
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>Returns once <c>/health/ready</c> is answered with 200.</summary>
    /// <param name="service">The service's address.</param>
    /// <param name="failure">Why there is nothing to wait for any more; null as long as there is.</param>
    /// <param name="cancellation">Stops the wait.</param>
    /// <exception cref="InvalidInputException">The service has ended, or is not ready after two minutes.</exception>
    public static async Task WaitAsync(Uri service, Func<string?> failure, CancellationToken cancellation)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null }) { BaseAddress = service };
        using var limit = new CancellationTokenSource(Longest);
        while (!await IsReadyAsync(client, cancellation))
        {
            if (failure() is { } reason)
                throw new InvalidInputException(reason);
            if (limit.IsCancellationRequested)
                throw new InvalidInputException("The service was not ready within two minutes; start it by itself to see why.");
            await Task.Delay(Interval, cancellation);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage answer = await client.GetAsync("/health/ready", cancellation);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
