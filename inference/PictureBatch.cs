using Microsoft.ML.OnnxRuntime;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Inference;

/// <summary>
/// Pictures of one run, uint8 [capacity, height, width, 3]. Made by <see cref="ModelSession.CreateBatch"/>.
/// </summary>
public sealed class PictureBatch : InputBatch
{
    private readonly InputPreparation _preparation;
    private readonly LetterboxTransform?[] _transforms;
    private readonly InputMemory<byte> _pixels;

    internal PictureBatch(InputPreparation preparation, PictureInputSpec input, int capacity, int? fixedSize)
        : base(capacity, fixedSize)
    {
        _preparation = preparation;
        _transforms = new LetterboxTransform?[capacity];
        _pixels = new InputMemory<byte>(Math.Max(capacity, fixedSize ?? 0), input.Height, input.Width, input.Channels);
    }

    /// <summary>Scales a picture into the next input.</summary>
    public void Add(Picture picture)
    {
        int next = TakeNext();
        _transforms[next] = _preparation.Apply(picture, _pixels[next]);
    }

    /// <summary>Copies an input of exactly height · width · 3 bytes, RGB; its boxes stay in pixels of the input.</summary>
    public void Add(ReadOnlySpan<byte> pixels)
    {
        if (pixels.Length != _pixels.InputLength)
            throw new ArgumentException($"Expected {_pixels.InputLength} bytes, not {pixels.Length}.", nameof(pixels));

        int next = TakeNext();
        pixels.CopyTo(_pixels[next]);
        _transforms[next] = null;
    }

    public override void Append(InputBatch other)
    {
        if (other is not PictureBatch pictures)
            throw new ArgumentException("Pictures and event counts cannot be one batch.", nameof(other));

        for (int i = 0; i < pictures.Count; i++)
        {
            Add(pictures._pixels[i]);
            _transforms[Count - 1] = pictures._transforms[i];
        }
    }

    public override void Dispose()
    {
        Clear();
        _pixels.Dispose();
    }

    internal override OrtValue ToTensor() => _pixels.ToTensor(RunSize);

    internal override LetterboxTransform? Transform(int index) => _transforms[index];
}
