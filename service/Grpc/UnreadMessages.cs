using System.Globalization;
using Grpc.Core;

namespace SpikingDetector.Service.Grpc;

/// <summary>
/// Calls whose message cannot be read. The framework reads it before any code of the service, and answers a message that is damaged,
/// cut short or followed by another as its own failure, although it is the client's.
/// </summary>
internal static class UnreadMessages
{
    private const string StatusHeader = "grpc-status";

    private static readonly object Key = new();

    /// <summary>The message has been read: what happens now is no longer about it.</summary>
    public static void HasBeenRead(HttpContext call) => call.Items[Key] = Key;

    public static T WithUnreadMessages<T>(this T calls)
        where T : IEndpointConventionBuilder
    {
        calls.Add(endpoint =>
        {
            if (endpoint.RequestDelegate is { } call)
                endpoint.RequestDelegate = context => CallAsync(context, call);
        });
        return calls;
    }

    private static async Task CallAsync(HttpContext context, RequestDelegate call)
    {
        await call(context);

        // An answer without a message has its status among its headers, which are sent after this.
        if (context.Response.HasStarted || context.Items.ContainsKey(Key) || !IsFailure(context.Response.Headers[StatusHeader]))
            return;

        context.Response.Headers[StatusHeader] = ((int)StatusCode.InvalidArgument).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString(
            "The message cannot be read: it is damaged, cut short, compressed or not the only one; expected one message of proto/open_inference.proto.");
    }

    private static bool IsFailure(string? status) =>
        int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out int code) && (StatusCode)code is StatusCode.Unknown or StatusCode.Internal;
}
