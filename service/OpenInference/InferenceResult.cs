namespace SpikingDetector.Service.OpenInference;

/// <summary>What a network answered.</summary>
/// <param name="ModelName">The model.</param>
/// <param name="ModelVersion">Its version.</param>
/// <param name="Id">The request's identifier; null without one.</param>
/// <param name="Outputs">What the request asked for.</param>
/// <param name="Rows">For each row, for each of these outputs its elements, little-endian.</param>
internal sealed record InferenceResult(
    string ModelName, string ModelVersion, string? Id, IReadOnlyList<AnsweredOutput> Outputs, IReadOnlyList<byte[][]> Rows)
{
    /// <summary>The elements of an output, a part for each row.</summary>
    public IEnumerable<byte[]> Elements(int output) => Rows.Select(row => row[output]);
}
