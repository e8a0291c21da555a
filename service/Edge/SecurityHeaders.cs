using Microsoft.Extensions.Primitives;

namespace SpikingDetector.Service.Edge;

/// <summary>
/// Headers that tell browsers to do nothing with an answer but what it is for. They are added when an answer starts, because an error
/// takes away what was set before it.
/// </summary>
internal static class SecurityHeaders
{
    /// <summary>What the page and the description of the API replace with policies of their own.</summary>
    private static readonly StringValues ContentPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues NoReferrer = "no-referrer";
    private static readonly StringValues Permissions = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()";
    private static readonly StringValues SameOrigin = "same-origin";

    public static WebApplication UseSecurityHeaders(this WebApplication app)
    {
        app.UseHsts(); // Over HTTPS only.
        app.Use((context, next) =>
        {
            context.Response.OnStarting(
                static state =>
                {
                    Add(((HttpContext)state).Response.Headers);
                    return Task.CompletedTask;
                },
                context);
            return next(context);
        });
        return app;
    }

    private static void Add(IHeaderDictionary headers)
    {
        headers.TryAdd("Content-Security-Policy", ContentPolicy);
        headers["X-Content-Type-Options"] = NoSniff;
        headers["Referrer-Policy"] = NoReferrer;
        headers["Permissions-Policy"] = Permissions;
        headers["Cross-Origin-Opener-Policy"] = SameOrigin;
        headers["Cross-Origin-Resource-Policy"] = SameOrigin;
    }
}
