using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Serilog;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Security;

/// <summary>Tells clients apart by the key in <c>X-API-Key</c> or <c>Authorization: Bearer</c>; gRPC's metadata are such headers, too.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    ApiKeys keys,
    ProblemWriter problems,
    IDiagnosticContext requestLog)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string Header = "X-API-Key";

    /// <summary>What <c>WWW-Authenticate</c> says.</summary>
    public const string Realm = "Bearer realm=\"spiking-detector\"";

    private const string Bearer = "Bearer ";

    private static readonly Task<AuthenticateResult> NoKey = Task.FromResult(AuthenticateResult.NoResult());
    private static readonly Task<AuthenticateResult> WrongKey = Task.FromResult(AuthenticateResult.Fail("The key is not known."));

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!keys.AreConfigured || Presented() is not { } key)
            return NoKey;
        if (keys.Find(key) is not { } principal)
            return WrongKey;

        requestLog.Set("ApiKey", principal.FindFirstValue(ClaimTypes.Name));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (!keys.AreConfigured)
        {
            return problems.WriteAsync(
                Context,
                ProblemType.Forbidden,
                "Only clients with a key may do this, and the service has none: make one with the command hash-key and configure Security:ApiKeys with MayReload.");
        }

        bool isWrong = Presented() is not null;
        Response.Headers.WWWAuthenticate = isWrong ? $"{Realm}, error=\"invalid_token\"" : Realm;
        return problems.WriteAsync(
            Context,
            ProblemType.Unauthorized,
            isWrong
                ? "The key is not one that this service takes: ask for one where the service is run."
                : $"This address needs a key: send it in the header {Header}, or as Authorization: Bearer.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => problems.WriteAsync(
        Context,
        ProblemType.Forbidden,
        $"The key {Context.User.Identity?.Name} may not do this: it needs MayReload in the service's configuration.");

    /// <summary>The key that came with the request; null if none did, "" if two did.</summary>
    private string? Presented()
    {
        StringValues own = Request.Headers[Header];
        if (own.Count > 0)
            return own.Count == 1 ? own[0] : "";

        StringValues authorization = Request.Headers.Authorization;
        if (authorization.Count != 1 || authorization[0] is not { } text || !text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return null;
        return text[Bearer.Length..].Trim();
    }
}
