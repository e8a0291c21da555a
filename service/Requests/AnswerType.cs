using Microsoft.Net.Http.Headers;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Requests;

/// <summary>Chooses among the types in which an answer can be given (RFC 9110, 12.5.1).</summary>
internal static class AnswerType
{
    public const string Json = "application/json";
    public const string Png = "image/png";
    public const string Jpeg = "image/jpeg";

    /// <summary>A JSON text a line, each sent as soon as it is there.</summary>
    public const string NdJson = "application/x-ndjson";

    /// <summary>
    /// The offered type that the client wants most: by quality, then the one that it names most exactly, then first,
    /// then the one offered first. Without an Accept header the first offered.
    /// </summary>
    /// <exception cref="ProblemException">The client accepts none of them.</exception>
    public static string Choose(HttpRequest request, params ReadOnlySpan<string> offered)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out IList<MediaTypeHeaderValue>? ranges) || ranges.Count == 0)
            return offered[0];

        string? best = null;
        var bestRank = (Quality: 0.0, Exactness: 0, Place: 0);
        foreach (string type in offered)
        {
            var rank = Rank(MediaTypeHeaderValue.Parse(type), ranges);
            if (rank.Quality > 0 && rank.CompareTo(bestRank) > 0)
                (best, bestRank) = (type, rank);
        }

        return best ?? throw new ProblemException(
            ProblemType.NotAcceptable, $"The request accepts none of the types that are answered: {string.Join(", ", offered!)}.");
    }

    /// <summary>Of the most exact range that holds the type; the place counts down, so that earlier is greater.</summary>
    private static (double Quality, int Exactness, int Place) Rank(MediaTypeHeaderValue type, IList<MediaTypeHeaderValue> ranges)
    {
        var rank = (Quality: 0.0, Exactness: 0, Place: 0);
        for (int i = 0; i < ranges.Count; i++)
        {
            MediaTypeHeaderValue range = ranges[i];
            int exactness = range.MatchesAllTypes ? 1 : range.MatchesAllSubTypes ? 2 : 3;
            bool holds = range.MatchesAllTypes
                || (range.Type.Equals(type.Type, StringComparison.OrdinalIgnoreCase)
                    && (range.MatchesAllSubTypes || range.SubType.Equals(type.SubType, StringComparison.OrdinalIgnoreCase)));
            if (holds && exactness > rank.Exactness)
                rank = (range.Quality ?? 1, exactness, -i);
        }

        return rank;
    }
}
