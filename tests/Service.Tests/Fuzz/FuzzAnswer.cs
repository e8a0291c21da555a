using System.Globalization;
using System.Text.RegularExpressions;

namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>What came back for a case.</summary>
/// <param name="Text">All of it, a byte a character; with gRPC what its trailers say.</param>
/// <param name="GrpcStatus">The status of a gRPC call that was answered as such.</param>
/// <param name="IsClosed">Whether the server was done within the time.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed partial record FuzzAnswer(string Text, int? GrpcStatus, bool IsClosed, TimeSpan Elapsed)
{
    private const int HttpVersionNotSupported = 505;

    /// <summary>Of gRPC's own statuses those that blame the service: unknown, internal, data loss.</summary>
    private static readonly int[] GrpcFaults = [2, 13, 15];

    /// <summary>The statuses of all answers on the connection, in order.</summary>
    public IReadOnlyList<int> Statuses => [.. StatusLine().Matches(Text).Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];

    /// <summary>What the service is to be blamed for; null for nothing.</summary>
    public string? FaultOf(FuzzCase request)
    {
        if (!IsClosed)
            return "was not done in time";
        if (GrpcStatus is { } status)
            return GrpcFaults.Contains(status) ? $"gRPC status {status}: {Text}" : null;
        if (request.IsWhole && Statuses.Count == 0)
            return "was not answered";
        if (Statuses.FirstOrDefault(code => code is >= 500 and not HttpVersionNotSupported) is > 0 and int failure)
            return $"status {failure}";
        if (InnerFailure().IsMatch(Text))
            return $"a failure within the answer: {Text}";
        if (Text.Contains("   at ", StringComparison.Ordinal) || Text.Contains("Exception: ", StringComparison.Ordinal)) // The metrics name kinds of exceptions.
            return $"a stack trace: {Text}";
        if (HasBody().IsMatch(Text) && !Text.Contains("X-Content-Type-Options: nosniff", StringComparison.Ordinal))
            return $"no nosniff: {Text}";
        return null;
    }

    [GeneratedRegex(@"HTTP/1\.1 (\d{3}) [A-Za-z ]*\r\n")]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"""status"":\s?5\d\d")]
    private static partial Regex InnerFailure();

    [GeneratedRegex(@"\r\nContent-Type: ")]
    private static partial Regex HasBody();
}
