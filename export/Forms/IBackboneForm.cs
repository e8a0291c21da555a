using SpikingDetector.Core.Architecture;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Forms;

/// <summary>The number formats and layout that the layers between the stem's convolution and the decoders compute in.</summary>
internal interface IBackboneForm
{
    /// <summary>The stem's currents, float [N, C, h, w] of each step, to the spikes that the first stage reads.</summary>
    Maps FireStem(Maps currents);

    /// <summary>Spikes to currents.</summary>
    Maps Convolve(ConvolutionLayout layout, Maps spikes);

    /// <summary>Currents to spikes of the layer at a module path.</summary>
    Maps Fire(string path, Maps currents);

    /// <summary>Branch and shortcut of a block: spikes, or where the neuron stands behind the join currents.</summary>
    Maps Join(BlockLayout block, Maps branch, Maps shortcut);

    /// <summary>The max-pool behind a stage.</summary>
    Maps Pool(PoolLayout pool, Maps spikes);

    /// <summary>Spikes as the decoders read them: float [N, C, h, w] of each step.</summary>
    Value[] ToDecoder(Maps spikes);
}
