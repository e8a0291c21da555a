using System.Globalization;
using System.Text.RegularExpressions;

namespace SpikingDetector.Deployment.Tests;

/// <summary>Durations as Compose and Prometheus write them: <c>90s</c>, <c>1m30s</c>.</summary>
internal static partial class Duration
{
    public static TimeSpan Parse(string text)
    {
        Match match = Pattern().Match(text);
        Assert.True(match.Success && text.Length > 0, $"'{text}' is no duration.");
        return TimeSpan.FromSeconds((60 * Part(match, "minutes")) + Part(match, "seconds"));
    }

    private static double Part(Match match, string name) =>
        match.Groups[name] is { Success: true } part ? double.Parse(part.Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\A(?:(?<minutes>\d+)m)?(?:(?<seconds>\d+)s)?\z")]
    private static partial Regex Pattern();
}
