using SpikingDetector.Core.Architecture;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>A max-pool of every step.</summary>
internal static class MaxPool
{
    /// <summary>[N, C, h, w] of T steps to [N, C, h′, w′]; as they are where there is no pool.</summary>
    public static Value[] Emit(GraphBuilder graph, PoolLayout? pool, Value[] steps)
    {
        if (pool is null)
            return steps;
        using IDisposable scope = graph.Module(pool.Name);
        return graph.PerStep(steps, step => graph.Op(
            "MaxPool",
            [step],
            Attributes.Ints("kernel_shape", pool.Kernel, pool.Kernel),
            Attributes.Ints("strides", pool.Stride, pool.Stride),
            Attributes.Ints("pads", pool.Padding, pool.Padding, pool.Padding, pool.Padding)));
    }
}
