namespace SpikingDetector.Training.Data;

/// <summary>A data set's samples as inputs of a network.</summary>
internal abstract class InputSource
{
    /// <summary>How many samples there are.</summary>
    public abstract int Count { get; }

    /// <summary>The samples that could not be read so far.</summary>
    public abstract UnreadableSamples Unreadable { get; }

    /// <summary>
    /// The input of a sample, with the random changes of a recipe; null where the sample is unreadable and to be left out.
    /// Inputs are made of the files and the random numbers alone; safe to call from several threads.
    /// </summary>
    /// <exception cref="Core.InvalidInputException">The sample cannot be read.</exception>
    public abstract SampleInput? Make(int index, Random random);

    /// <summary>Puts inputs, at least one, into a batch.</summary>
    /// <param name="inputs">The inputs, all of one size.</param>
    /// <param name="indices">The number of the sample of each.</param>
    public virtual Batch Join(SampleInput[] inputs, int[] indices)
    {
        int bytes = inputs[0].Content.Length;
        byte[] content = GC.AllocateUninitializedArray<byte>(inputs.Length * bytes);
        for (int i = 0; i < inputs.Length; i++)
            inputs[i].Content.CopyTo(content.AsSpan(i * bytes, bytes));
        return new Batch(inputs[0].Height, inputs[0].Width, content, [.. inputs.Select(input => input.Target)], indices);
    }
}
