using SpikingDetector.Core.Architecture;
using SpikingDetector.Export.Forms;

namespace SpikingDetector.Export.Layers;

/// <summary>One stage: the layer that widens its input where there is one, its residual blocks, its max-pool.</summary>
internal static class Stage
{
    /// <summary>The stage's input to its output.</summary>
    /// <param name="form">Computes.</param>
    /// <param name="stage">What is computed.</param>
    /// <param name="firesAfterJoin">Whether the last neuron of a block stands behind the join.</param>
    /// <param name="input">Spikes.</param>
    public static Maps Emit(IBackboneForm form, StageLayout stage, bool firesAfterJoin, Maps input)
    {
        if (stage.Entry is { } entry)
            input = form.ConvolveAndFire(entry, input);
        foreach (BlockLayout block in stage.Blocks)
            input = ResidualBlock.Emit(form, block, firesAfterJoin, input);
        return stage.Pool is { } pool ? form.Pool(pool, input) : input;
    }
}
