using SpikingDetector.Core.Architecture;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Forms;

/// <summary>The number formats and layout that the layers between the stem's convolution and the decoders compute in.</summary>
internal interface IBackboneForm
{
    /// <summary>
    /// The stem's currents, float [N, C, h, w] of each step or one of all, to the spikes that the first stage reads.
    /// </summary>
    Maps FireStem(Maps currents);

    /// <summary>Spikes to currents.</summary>
    Maps Convolve(ConvolutionLayout layout, Maps spikes);

    /// <summary>Spikes through a convolution and its neurons.</summary>
    Maps ConvolveAndFire(UnitLayout unit, Maps spikes);

    /// <summary>Spikes of branch and shortcut to those of the block.</summary>
    Maps Join(BlockLayout block, Maps branch, Maps shortcut);

    /// <summary>Where the neurons stand behind the join: the branch's currents and the shortcut to the block's spikes.</summary>
    Maps JoinAndFire(BlockLayout block, Maps currents, Maps shortcut);

    /// <summary>The max-pool behind a stage.</summary>
    Maps Pool(PoolLayout pool, Maps spikes);

    /// <summary>Spikes as the decoders read them: float [N, C, h, w] of each step.</summary>
    Value[] ToDecoder(Maps spikes);
}
