namespace SpikingDetector.Service.Load;

/// <summary>What became of a request.</summary>
/// <param name="Error">What kind of error, such as <c>503 full</c> or <c>timeout</c>; null where it was answered well.</param>
/// <param name="AnswerBytes">Length of the answer's body; 0 where there is none.</param>
/// <param name="Timings">What the service says of its time, where it does.</param>
internal readonly record struct LoadOutcome(string? Error, int AnswerBytes, AnswerTimings? Timings);
