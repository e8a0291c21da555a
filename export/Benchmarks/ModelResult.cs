namespace SpikingDetector.Export.Benchmarks;

/// <summary>What was measured of one model.</summary>
/// <param name="Path">The file, as it was given.</param>
/// <param name="Precision">What a file of this project says of itself; null for other files.</param>
/// <param name="FileBytes">Size of the file.</param>
/// <param name="Latency">Milliseconds of a run.</param>
/// <param name="RatioToFirst">Time over the first model's, round by round.</param>
/// <param name="Process">Load time and memory.</param>
/// <param name="Profile">Time by operator, where that was asked for.</param>
internal sealed record ModelResult(
    string Path, string? Precision, long FileBytes, Spread Latency, Spread RatioToFirst, ProcessCost Process, OperatorProfile? Profile);
