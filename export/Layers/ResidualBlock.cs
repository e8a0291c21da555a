using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>A residual block of any kind: shortcut, branch of two or three convolutions, and their join.</summary>
internal static class ResidualBlock
{
    /// <summary>Inputs of T steps, each [N, C, h, w], to the block's outputs.</summary>
    public static Value[] Emit(
        GraphBuilder graph, Checkpoint checkpoint, Activations activations, BlockLayout block, Value[] inputs)
    {
        Value[] shortcuts = EmitShortcut(graph, checkpoint, activations, block, inputs);
        Value[] branch = inputs;
        foreach (UnitLayout part in block.Branch.SkipLast(1))
            branch = activations.Emit(part.Neuron, new Convolution(graph, checkpoint, part.Convolution).Emit(branch));

        UnitLayout last = block.Branch[^1];
        Value[] currents = new Convolution(graph, checkpoint, last.Convolution).Emit(branch);
        IResidualJoin join = ChooseJoin(graph, checkpoint, block);
        bool firesAfterJoin = checkpoint.Spec.Backbone.Block is BlockKind.Spiking or BlockKind.Ann;
        return firesAfterJoin
            ? activations.Emit(last.Neuron, EmitJoin(graph, block, join, currents, shortcuts))
            : EmitJoin(graph, block, join, activations.Emit(last.Neuron, currents), shortcuts);
    }

    private static Value[] EmitShortcut(
        GraphBuilder graph, Checkpoint checkpoint, Activations activations, BlockLayout block, Value[] inputs)
    {
        if (block.Shortcut is not { } layout)
            return inputs;
        Value[] currents = new Convolution(graph, checkpoint, layout).Emit(inputs);
        return block.ShortcutNeuron is { } neuron ? activations.Emit(neuron, currents) : currents;
    }

    private static Value[] EmitJoin(
        GraphBuilder graph, BlockLayout block, IResidualJoin join, Value[] branch, Value[] shortcuts)
    {
        using IDisposable scope = graph.Module(block.Name);
        int next = 0;
        return graph.PerStep(branch, output => join.Emit(output, shortcuts[next++]));
    }

    private static IResidualJoin ChooseJoin(GraphBuilder graph, Checkpoint checkpoint, BlockLayout block) =>
        checkpoint.Spec.Backbone.Block switch
        {
            BlockKind.SpikeGate when block.Gate is { } gate => LearnedSpikeGate.Read(graph, checkpoint, gate),
            BlockKind.SpikeGate => new SpikeGate(graph),
            BlockKind.SewAnd => new SpikeConjunction(graph),
            BlockKind.SewIand => new SpikeInhibition(graph),
            BlockKind.SewAdd or BlockKind.Spiking or BlockKind.Ann => new Addition(graph),
            BlockKind other => throw new ArgumentOutOfRangeException(nameof(checkpoint), other, "unknown kind of block"),
        };
}
