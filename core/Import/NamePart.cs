namespace SpikingDetector.Core.Import;

/// <summary>
/// A part of a network named by whole path segments: <c>decoder</c>, <c>fc</c>, <c>layer4.1</c>, <c>gate</c>. It holds each
/// tensor in whose name these segments stand one behind the other.
/// </summary>
public sealed record NamePart(string Name)
{
    public bool Holds(string tensor) => $".{tensor}.".Contains($".{Name}.", StringComparison.Ordinal);
}
