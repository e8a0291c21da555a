namespace SpikingDetector.Service.Problems;

/// <summary>Ends a request with problem details.</summary>
/// <param name="type">The kind of error.</param>
/// <param name="detail">One sentence for the client: what was wrong, what was expected, what to do.</param>
/// <param name="retryAfter">When to try again, where that helps.</param>
#pragma warning disable CA1032 // Thrown only with a type.
internal sealed class ProblemException(ProblemType type, string detail, TimeSpan? retryAfter = null) : Exception(detail)
#pragma warning restore CA1032
{
    public ProblemType Type => type;

    public TimeSpan? RetryAfter => retryAfter;
}
