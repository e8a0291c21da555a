using SkiaSharp;

namespace SpikingDetector.Core.Images;

/// <summary>A picture's file in memory of its own; dispose of it when it has been written.</summary>
public sealed class EncodedPicture : IDisposable
{
    private readonly SKData _data;

    internal EncodedPicture(SKData data) => _data = data;

    /// <summary>The bytes of the file.</summary>
    public ReadOnlySpan<byte> Bytes => _data.AsSpan();

    public void Dispose() => _data.Dispose();
}
