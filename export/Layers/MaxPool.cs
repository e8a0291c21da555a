using SpikingDetector.Core.Architecture;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>A max-pool.</summary>
internal static class MaxPool
{
    /// <summary>Float [N, C, h, w] to [N, C, h′, w′].</summary>
    public static Value Emit(GraphBuilder graph, PoolLayout pool, Value maps) => graph.Op(
        "MaxPool",
        [maps],
        Attributes.Ints("kernel_shape", pool.Kernel, pool.Kernel),
        Attributes.Ints("strides", pool.Stride, pool.Stride),
        Attributes.Ints("pads", pool.Padding, pool.Padding, pool.Padding, pool.Padding));
}
