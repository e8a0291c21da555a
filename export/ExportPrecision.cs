namespace SpikingDetector.Export;

/// <summary>Number format of weights and activations.</summary>
public enum ExportPrecision
{
    /// <summary>float32 throughout: the spikes of the trained network.</summary>
    Float32,

    /// <summary>
    /// For GPUs: weights, spikes and activations of all convolutions behind the stem are float16. Membranes, the stem, decoders, the
    /// classifier and what makes boxes of a detector's heads are float32.
    /// </summary>
    Float16,

    /// <summary>
    /// Weights between spiking layers are int8, per output channel with the largest magnitude at 127; spikes are bytes, and
    /// their sums whole numbers, so that nothing but the weights is rounded. What sees pixels, and what comes behind the
    /// spikes, is float32.
    /// </summary>
    Int8Exact,

    /// <summary>
    /// The fastest: weights int8, activations and currents bytes, whose scales are chosen by pictures; feature pyramid and
    /// heads, too.
    /// </summary>
    Int8,
}
