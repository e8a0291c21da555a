namespace SpikingDetector.Training.Tests.Gradients;

/// <summary>
/// How near a computation came to a place where a value or slope jumps: a membrane at its threshold, a ReLU at 0, two
/// maxima of nearly the same size. There float32 may fall on the other side, so such a case tells nothing.
/// </summary>
internal sealed class Kinks
{
    public double Nearest { get; private set; } = double.PositiveInfinity;

    public void Note(double distance) => Nearest = Math.Min(Nearest, Math.Abs(distance));
}
