namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>The numbers of a <see cref="ChannelNorm"/>, which repeat themselves at multiples of the period.</summary>
internal readonly unsafe struct NormTables(float* mean, float* scale, float* bias, int period)
{
    public float* Mean { get; } = mean;

    public float* Scale { get; } = scale;

    public float* Bias { get; } = bias;

    public int Period { get; } = period;

    /// <summary>Those of one vector at a place of the period.</summary>
    public NormTables At(int place) => new(Mean + place, Scale + place, Bias + place, 16);
}
