using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.OpenInference;

/// <summary>What is wrong with an inference request, in the same words over REST and gRPC.</summary>
internal static class InferenceProblem
{
    private const int LongestEcho = 64;

    public static ProblemException Malformed(string reason) =>
        new(ProblemType.MalformedRequest, $"The inference request cannot be used: {reason}.");

    public static ProblemException TooManyRows(int limit) => new(
        ProblemType.TooManyRows, $"The request has more rows than the {limit} that are taken at once: send them in several requests.");

    public static ProblemException UnsupportedParameter(string name) =>
        Malformed($"the parameter {name} is of an extension that this service does not have");

    public static ProblemException NoByte(ModelTensor tensor) =>
        Malformed($"the data of the input '{tensor.Name}' holds a number that is no whole number from 0 to 255");

    /// <summary>What of a client's text is said back.</summary>
    public static string Shorten(string text) => text.Length <= LongestEcho ? text : $"{text[..LongestEcho]}…";
}
