using System.Buffers;
using Microsoft.ML.OnnxRuntime;

namespace SpikingDetector.Inference;

/// <summary>Memory for the inputs of a batch, one behind the other, from the shared pool.</summary>
internal sealed class InputMemory<T> : IDisposable
    where T : unmanaged
{
    private readonly int[] _shape;
    private T[]? _elements;

    /// <param name="inputs">How many inputs it holds.</param>
    /// <param name="shape">Of one input.</param>
    public InputMemory(int inputs, params int[] shape)
    {
        _shape = shape;
        InputLength = shape.Aggregate(1, (product, side) => checked(product * side));
        _elements = ArrayPool<T>.Shared.Rent(checked(inputs * InputLength));
    }

    /// <summary>Elements of one input.</summary>
    public int InputLength { get; }

    public Span<T> this[int input] => Elements.AsSpan(input * InputLength, InputLength);

    /// <summary>The first inputs as a tensor [inputs, …].</summary>
    public OrtValue ToTensor(int inputs) => OrtValue.CreateTensorValueFromMemory(
        OrtMemoryInfo.DefaultInstance,
        Elements.AsMemory(0, inputs * InputLength),
        [inputs, .. _shape.Select(side => (long)side)]);

    public void Dispose()
    {
        if (_elements is null)
            return;
        ArrayPool<T>.Shared.Return(_elements);
        _elements = null;
    }

    private T[] Elements => _elements ?? throw new ObjectDisposedException(nameof(InputBatch));
}
