namespace SpikingDetector.Core.Import;

/// <summary>A tensor that does not fit.</summary>
/// <param name="Kind">What is wrong with it.</param>
/// <param name="Tensor">Its name in the checkpoint; of an extra one its name in the source.</param>
/// <param name="Text">What was expected and found.</param>
public sealed record Misfit(MisfitKind Kind, string Tensor, string Text)
{
    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()}: {Tensor}: {Text}";
}
