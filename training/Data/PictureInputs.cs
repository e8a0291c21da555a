using System.Runtime.InteropServices;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Training.Data;

/// <summary>Pictures as inputs, uint8 [H, W, 3].</summary>
internal sealed class PictureInputs(IReadOnlyList<Sample> samples, PictureMaker maker, WhenUnreadable whenUnreadable) : InputSource
{
    /// <summary>Of a detector's sides: each stage halves them, and the anchors' strides must be whole.</summary>
    private const int SideMultiple = 32;

    private readonly SampleReader<Picture> _pictures = new(
        samples, source => source.ReadPicture(), picture => picture.Pixels.Length, whenUnreadable);

    public override int Count => samples.Count;

    public override UnreadableSamples Unreadable => _pictures.Unreadable;

    public override SampleInput? Make(int index, Random random)
    {
        return Read(index) is { } picture ? maker.Make(picture, () => Read(random.Next(Count))!.Value, random) : null;

        LabelledPicture? Read(int index) => _pictures.Read(index) is var (pixels, target) ? new LabelledPicture(pixels, target) : null;
    }

    /// <summary>
    /// Pictures of unlike sizes lie in the top left corners of inputs as large as the largest, rounded up to multiples of 32;
    /// the rest has the mean colour.
    /// </summary>
    public override Batch Join(SampleInput[] inputs, int[] indices)
    {
        int height = RoundUp(inputs.Max(input => input.Height));
        int width = RoundUp(inputs.Max(input => input.Width));
        if (inputs.All(input => input.Height == height && input.Width == width))
            return base.Join(inputs, indices);

        byte[] content = GC.AllocateUninitializedArray<byte>(inputs.Length * height * width * Picture.Channels);
        Span<Rgb> pixels = MemoryMarshal.Cast<byte, Rgb>(content.AsSpan());
        pixels.Fill(maker.Fill);
        for (int n = 0; n < inputs.Length; n++)
        {
            ReadOnlySpan<Rgb> source = MemoryMarshal.Cast<byte, Rgb>(inputs[n].Content.AsSpan());
            int columns = inputs[n].Width;
            for (int y = 0; y < inputs[n].Height; y++)
                source.Slice(y * columns, columns).CopyTo(pixels[((n * height + y) * width)..]);
        }

        return new Batch(height, width, content, [.. inputs.Select(input => input.Target)], indices);
    }

    private static int RoundUp(int side) => (side + SideMultiple - 1) / SideMultiple * SideMultiple;
}
