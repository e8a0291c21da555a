namespace SpikingDetector.Training.Networks;

/// <summary>The number format in which convolutions are computed.</summary>
internal enum Precision
{
    /// <summary>float32 throughout.</summary>
    Float32,

    /// <summary>
    /// Mixed precision: convolutions multiply bfloat16 numbers where the output channels are a multiple of 16 and the map
    /// is not smaller than the kernel, and spikes (which it holds exactly) and the gradients of maps are kept in it. Weights,
    /// statistics of batch normalisation, membranes, decoders, losses and the optimiser stay float32. It has the range of float32, so that the loss needs no scaling.
    /// </summary>
    BFloat16,
}
