namespace SpikingDetector.Core.Architecture;

/// <summary>
/// A max-pool. <paramref name="Name"/> is the module path; positions beyond the edge (<paramref name="Padding"/> on each
/// side) count for nothing.
/// </summary>
public sealed record PoolLayout(string Name, int Kernel, int Stride, int Padding)
{
    /// <summary>The output's side for an input's side.</summary>
    public int OutputSide(int side) => (side + 2 * Padding - Kernel) / Stride + 1;
}
