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
        foreach (UnitLayout unit in block.Branch.SkipLast(1))
            branch = form.ConvolveAndFire(unit, branch);

        UnitLayout last = block.Branch[^1];
        return firesAfterJoin
            ? form.JoinAndFire(block, form.Convolve(last.Convolution, branch), shortcut)
            : form.Join(block, form.ConvolveAndFire(last, branch), shortcut);
    }

    private static Maps EmitShortcut(IBackboneForm form, BlockLayout block, Maps input)
    {
        if (block.Shortcut is not { } layout)
            return input;
        return block.ShortcutNeuron is { } neuron ? form.ConvolveAndFire(new UnitLayout(layout, neuron), input) : form.Convolve(layout, input);
    }
}
