using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.OpenApi;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.RateLimiting;
using SpikingDetector.Service.Security;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace SpikingDetector.Service.ApiDescription;

/// <summary>Describes keys and the rate limit where they are configured, so that the page's Authorize button asks for a key.</summary>
internal static class SecurityDescription
{
    private const string HeaderScheme = "ApiKey";
    private const string BearerScheme = "Bearer";

    public static IServiceCollection AddSecurityDescription(this IServiceCollection services)
    {
        services.AddOptions<SwaggerGenOptions>().Configure<ApiKeys>((options, keys) =>
        {
            if (!keys.AreConfigured)
                return;
            options.AddSecurityDefinition(HeaderScheme, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ApiKeyHandler.Header,
                Description = "A key of this service.",
            });
            options.AddSecurityDefinition(BearerScheme, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The same key, as Authorization: Bearer.",
            });
        });
        return services;
    }

    /// <summary>What an endpoint can answer because of keys and the rate limit.</summary>
    public static IEnumerable<ProblemType> ProblemsOf(IList<object> metadata, ApiKeys keys, RateLimitOptions limit)
    {
        if (NeedsKey(metadata, keys))
            yield return ProblemType.Unauthorized;
        if (limit.RequestsPerSecond > 0 && !metadata.OfType<DisableRateLimitingAttribute>().Any())
            yield return ProblemType.RateLimited;
    }

    /// <summary>Either of the two headers, for an endpoint that needs a key.</summary>
    public static IList<OpenApiSecurityRequirement>? RequirementsOf(IList<object> metadata, ApiKeys keys, OpenApiDocument document) =>
        NeedsKey(metadata, keys) ? Either(document) : null;

    /// <summary>Either of the two headers.</summary>
    public static IList<OpenApiSecurityRequirement> Either(OpenApiDocument document) =>
    [
        new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(HeaderScheme, document)] = [] },
        new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerScheme, document)] = [] },
    ];

    private static bool NeedsKey(IList<object> metadata, ApiKeys keys) => keys.AreConfigured && !metadata.OfType<IAllowAnonymous>().Any();
}
