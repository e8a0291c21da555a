using System.Buffers;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Inference;

/// <summary>
/// Inputs of one run, uint8 [capacity, height, width, 3], in memory that is borrowed from a shared pool until this is
/// disposed of. Made by <see cref="ModelSession.CreateBatch"/>; can be cleared and filled again. Filled by one thread
/// at a time.
/// </summary>
public sealed class InputBatch : IDisposable
{
    private readonly InputPreparation _preparation;
    private readonly LetterboxTransform?[] _transforms;
    private byte[]? _pixels;

    internal InputBatch(InputPreparation preparation, int capacity, int? fixedSize)
    {
        _preparation = preparation;
        _transforms = new LetterboxTransform?[capacity];
        FixedSize = fixedSize;
        int bytes = checked(Math.Max(capacity, fixedSize ?? 0) * preparation.ByteCount);
        _pixels = ArrayPool<byte>.Shared.Rent(bytes);
    }

    /// <summary>How many inputs it can hold.</summary>
    public int Capacity => _transforms.Length;

    /// <summary>How many inputs it holds.</summary>
    public int Count { get; private set; }

    /// <summary>The batch size that the graph is fixed to: what is missing is run along as it is.</summary>
    private int? FixedSize { get; }

    /// <summary>Scales a picture into the next input.</summary>
    public void Add(Picture picture)
    {
        Span<byte> input = Next();
        _transforms[Count++] = _preparation.Apply(picture, input);
    }

    /// <summary>Copies an input of exactly height · width · 3 bytes, RGB; its boxes stay in pixels of the input.</summary>
    public void Add(ReadOnlySpan<byte> pixels)
    {
        if (pixels.Length != _preparation.ByteCount)
            throw new ArgumentException($"Expected {_preparation.ByteCount} bytes, not {pixels.Length}.", nameof(pixels));

        pixels.CopyTo(Next());
        _transforms[Count++] = null;
    }

    /// <summary>Forgets the inputs, to be filled again.</summary>
    public void Clear() => Count = 0;

    public void Dispose()
    {
        if (_pixels is null)
            return;

        ArrayPool<byte>.Shared.Return(_pixels);
        _pixels = null;
        Count = 0;
    }

    /// <summary>How many inputs a run takes.</summary>
    internal int RunSize => FixedSize ?? Count;

    internal Memory<byte> Pixels => Buffer.AsMemory(0, RunSize * _preparation.ByteCount);

    internal LetterboxTransform? Transform(int index) => _transforms[index];

    private byte[] Buffer => _pixels ?? throw new ObjectDisposedException(nameof(InputBatch));

    private Span<byte> Next() => Count < Capacity
        ? Buffer.AsSpan(Count * _preparation.ByteCount, _preparation.ByteCount)
        : throw new InvalidOperationException($"The batch already holds its {Capacity} inputs.");
}
