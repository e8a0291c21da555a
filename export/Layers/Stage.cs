using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>One stage: the layer that widens its input where there is one, its residual blocks, its max-pool.</summary>
internal static class Stage
{
    /// <summary>Inputs of T steps, each [N, C, h, w], to the stage's outputs.</summary>
    public static Value[] Emit(
        GraphBuilder graph, Checkpoint checkpoint, Activations activations, StageLayout stage, Value[] steps)
    {
        if (stage.Entry is { } entry)
            steps = activations.Emit(entry.Neuron, new Convolution(graph, checkpoint, entry.Convolution).Emit(steps));
        foreach (BlockLayout block in stage.Blocks)
            steps = ResidualBlock.Emit(graph, checkpoint, activations, block, steps);
        return MaxPool.Emit(graph, stage.Pool, steps);
    }
}
