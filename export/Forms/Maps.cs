using SpikingDetector.Core.Architecture;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Quantization;

namespace SpikingDetector.Export.Forms;

/// <summary>
/// Feature maps of all time steps, spikes or currents, in the layout of the form that made them: one value for each step,
/// or one for all with the steps in the batch.
/// </summary>
internal sealed record Maps(Value[] Values, int Channels, int Height, int Width)
{
    /// <summary>How bytes stand for numbers, where these are no whole numbers themselves.</summary>
    public ByteScale? Scale { get; init; }

    /// <summary>What a convolution makes of maps of this size.</summary>
    public Maps Through(ConvolutionLayout layout, params Value[] values) =>
        new(values, layout.OutChannels, layout.OutputSide(Height), layout.OutputSide(Width));

    /// <summary>What a max-pool makes of maps of this size.</summary>
    public Maps Through(PoolLayout layout, params Value[] values) =>
        new(values, Channels, layout.OutputSide(Height), layout.OutputSide(Width));
}
