namespace SpikingDetector.Service.OpenInference;

/// <summary>A checked request: what to run and what to answer. Dispose of it after the run.</summary>
/// <param name="Id">To be given back; null without one.</param>
/// <param name="Rows">The input's rows, all of them complete.</param>
/// <param name="Outputs">What to answer, in this order.</param>
internal sealed record InferenceRequest(string? Id, InputRows Rows, IReadOnlyList<AnsweredOutput> Outputs) : IDisposable
{
    public void Dispose() => Rows.Dispose();
}
