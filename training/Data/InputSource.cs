namespace SpikingDetector.Training.Data;

/// <summary>A data set's samples as inputs of a network.</summary>
internal abstract class InputSource(IReadOnlyList<Sample> samples)
{
    /// <summary>How many samples there are.</summary>
    public int Count => Samples.Count;

    /// <summary>Bytes of one input.</summary>
    public abstract int ByteCount { get; }

    protected IReadOnlyList<Sample> Samples { get; } = samples;

    /// <summary>
    /// Writes the input of a sample, with the random changes of a recipe, and gives the truth about it. Inputs are made of
    /// the random numbers alone; safe to call from several threads.
    /// </summary>
    public abstract Target Make(int index, Random random, Span<byte> input);
}
