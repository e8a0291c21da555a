using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using SpikingDetector.Service.Hosting;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.RateLimiting;

internal static class RateLimitSetup
{
    public static WebApplicationBuilder AddRateLimit(this WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<RateLimitOptions>(RateLimitOptions.Section);
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitOptions>>((limiter, options) =>
        {
            if (options.Value.RequestsPerSecond == 0)
                return;

            TokenBucketRateLimiterOptions bucket = BucketOf(options.Value);
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, ClientIdentity>(
                context => RateLimitPartition.GetTokenBucketLimiter(ClientIdentity.Of(context), _ => bucket));
            limiter.OnRejected = RefuseAsync;
        });
        return builder;
    }

    /// <summary>
    /// Comes after the client is known by its key, and before one without a key is turned away: guessing is limited, too. Endpoints
    /// that say <see cref="RateLimiterEndpointConventionBuilderExtensions.DisableRateLimiting{TBuilder}"/> are not limited.
    /// </summary>
    public static WebApplication UseRateLimit(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<RateLimitOptions>>().Value.RequestsPerSecond > 0)
            app.UseRateLimiter();
        return app;
    }

    /// <summary>The period is that of one request; the limiter adds the part of one that has passed.</summary>
    private static TokenBucketRateLimiterOptions BucketOf(RateLimitOptions options) => new()
    {
        TokenLimit = options.Burst,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1 / options.RequestsPerSecond),
        QueueLimit = 0,
        AutoReplenishment = false, // The partitioned limiter does it for all.
    };

    private static async ValueTask RefuseAsync(OnRejectedContext context, CancellationToken cancellationToken)
    {
        HttpContext http = context.HttpContext;
        RateLimitOptions options = http.RequestServices.GetRequiredService<IOptions<RateLimitOptions>>().Value;
        TimeSpan wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan retryAfter) ? retryAfter : TimeSpan.FromSeconds(1);
        await http.RequestServices.GetRequiredService<ProblemWriter>().WriteAsync(
            http,
            ProblemType.RateLimited,
            string.Create(
                CultureInfo.InvariantCulture,
                $"This client has sent more than {options.RequestsPerSecond} requests a second and {options.Burst} at once: wait as long as Retry-After says."),
            wait);
    }
}
