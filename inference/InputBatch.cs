using Microsoft.ML.OnnxRuntime;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Inference;

/// <summary>
/// Inputs of one run, pictures (<see cref="PictureBatch"/>) or event counts (<see cref="EventBatch"/>), in memory that is
/// borrowed from a shared pool until this is disposed of. Can be cleared and filled again. Filled by one thread at a time.
/// </summary>
public abstract class InputBatch : IDisposable
{
    private readonly int? _fixedSize;

    private protected InputBatch(int capacity, int? fixedSize)
    {
        Capacity = capacity;
        _fixedSize = fixedSize;
    }

    /// <summary>How many inputs it can hold.</summary>
    public int Capacity { get; }

    /// <summary>How many inputs it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets the inputs, to be filled again.</summary>
    public void Clear() => Count = 0;

    /// <summary>Copies the inputs of another batch of the same model behind those that this one holds.</summary>
    /// <exception cref="ArgumentException">The other is of another kind, or its inputs have another size.</exception>
    /// <exception cref="InvalidOperationException">There is not enough room.</exception>
    public abstract void Append(InputBatch other);

    public abstract void Dispose();

    /// <summary>How many inputs a run takes: in a graph of a fixed batch size what is missing is run along as it is.</summary>
    internal int RunSize => _fixedSize ?? Count;

    /// <summary>The inputs of a run as a tensor on this batch's memory; dispose of it after the run.</summary>
    internal abstract OrtValue ToTensor();

    /// <summary>How boxes of an input map back to its picture, or null where they are in pixels of the input.</summary>
    internal abstract LetterboxTransform? Transform(int index);

    /// <summary>The number of the next input, which is counted from now on.</summary>
    private protected int TakeNext() => Count < Capacity
        ? Count++
        : throw new InvalidOperationException($"The batch already holds its {Capacity} inputs.");
}
