using System.Globalization;
using Microsoft.Extensions.Primitives;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Requests;

/// <summary>Reads query parameters, each of which may stand once; absent ones are null.</summary>
internal readonly struct QueryReader(IQueryCollection query)
{
    /// <exception cref="ProblemException">It stands there twice, or is empty.</exception>
    public string? Text(string name)
    {
        if (!query.TryGetValue(name, out StringValues values))
            return null;
        if (values.Count > 1)
            throw Invalid($"The parameter {name} stands {values.Count} times in the address; give it once.");
        return string.IsNullOrEmpty(values[0])
            ? throw Invalid($"The parameter {name} is empty; leave it out or give it a value.")
            : values[0];
    }

    /// <exception cref="ProblemException">It is not a number of that range.</exception>
    public float? Number(string name, float from, float to)
    {
        if (Text(name) is not { } text)
            return null;
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && value >= from && value <= to
            ? value
            : throw Invalid(FormattableString.Invariant($"The parameter {name} must be a number from {from} to {to}, with a point."));
    }

    /// <exception cref="ProblemException">It is not a whole number of that range.</exception>
    public int? Whole(string name, int from, int to)
    {
        if (Text(name) is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= from && value <= to
            ? value
            : throw Invalid(FormattableString.Invariant($"The parameter {name} must be a whole number from {from} to {to}."));
    }

    /// <exception cref="ProblemException">It is neither true nor false.</exception>
    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => throw Invalid($"The parameter {name} must be true or false."),
    };

    private static ProblemException Invalid(string detail) => new(ProblemType.InvalidParameter, detail);
}
