namespace SpikingDetector.Service.Problems;

/// <summary>The errors that an endpoint answers, for its description.</summary>
internal sealed record ProblemMetadata(IReadOnlyList<ProblemType> Types);
