using SpikingDetector.Core.Images;

namespace SpikingDetector.Training.Data;

/// <summary>Pictures as inputs, uint8 [H, W, 3].</summary>
internal sealed class PictureInputs(IReadOnlyList<Sample> samples, PictureMaker maker) : InputSource(samples)
{
    private readonly SampleStore<Picture> _pictures = new(
        samples.Count, index => samples[index].Source.ReadPicture(), picture => picture.Pixels.Length);

    public override int ByteCount => maker.ByteCount;

    public override Target Make(int index, Random random, Span<byte> input) =>
        maker.Make(_pictures.Get(index), Samples[index].Target, random, input);
}
