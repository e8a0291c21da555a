using SpikingDetector.Core.Architecture;
using SpikingDetector.Export.Forms;

namespace SpikingDetector.Export.Layers;

/// <summary>A residual block of any kind: shortcut, branch of two or three convolutions, and their join.</summary>
internal static class ResidualBlock
{
    /// <summary>The block's input to its output.</summary>
    public static Maps Emit(IBackboneForm form, BlockLayout block, bool firesAfterJoin, Maps input)
    {
        Maps shortcut = EmitShortcut(form, block, input);
        Maps branch = input;
        foreach (UnitLayout part in block.Branch.SkipLast(1))
            branch = form.Fire(part.Neuron, form.Convolve(part.Convolution, branch));

        UnitLayout last = block.Branch[^1];
        Maps currents = form.Convolve(last.Convolution, branch);
        return firesAfterJoin
            ? form.Fire(last.Neuron, form.Join(block, currents, shortcut))
            : form.Join(block, form.Fire(last.Neuron, currents), shortcut);
    }

    private static Maps EmitShortcut(IBackboneForm form, BlockLayout block, Maps input)
    {
        if (block.Shortcut is not { } layout)
            return input;
        Maps currents = form.Convolve(layout, input);
        return block.ShortcutNeuron is { } neuron ? form.Fire(neuron, currents) : currents;
    }
}
