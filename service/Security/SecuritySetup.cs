using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using SpikingDetector.Service.Hosting;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.RateLimiting;

namespace SpikingDetector.Service.Security;

internal static class SecuritySetup
{
    private const string MayReload = nameof(MayReload);

    public static WebApplicationBuilder AddSecurity(this WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<SecurityOptions>(SecurityOptions.Section);
        builder.Services.AddSingleton<ApiKeys>();

        // AddAuthentication would bring data protection, too, which writes keys for cookies into the home folder.
        builder.Services.AddAuthenticationCore(authentication => authentication.DefaultScheme = ApiKeys.Scheme).AddWebEncoders();
        new AuthenticationBuilder(builder.Services)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeys.Scheme, configureOptions: null);
        builder.Services.AddAuthorization();
        builder.Services.AddOptions<AuthorizationOptions>().Configure<ApiKeys>((authorization, keys) =>
        {
            if (keys.AreConfigured)
                authorization.FallbackPolicy = authorization.DefaultPolicy;
            authorization.AddPolicy(MayReload, policy => policy.RequireAuthenticatedUser().RequireClaim(ApiKeys.ReloadRight));
        });
        builder.AddCrossOrigin();
        return builder;
    }

    /// <summary>
    /// From here on inwards every address needs a key, if there are keys, unless its endpoint says
    /// <see cref="AuthorizationEndpointConventionBuilderExtensions.AllowAnonymous{TBuilder}"/>.
    /// </summary>
    public static WebApplication UseSecurity(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseRateLimit();
        app.UseAuthorization();
        return app;
    }

    /// <summary>
    /// Only keys with the right to reload may call this endpoint. Where no keys are configured nobody may, and the answer says what
    /// to configure.
    /// </summary>
    public static RouteHandlerBuilder RequiresReloadRight(this RouteHandlerBuilder endpoint) => endpoint
        .RequireAuthorization(MayReload)
        .WithProblems(ProblemType.Unauthorized, ProblemType.Forbidden);
}
