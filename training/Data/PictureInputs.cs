using SpikingDetector.Core.Images;

namespace SpikingDetector.Training.Data;

/// <summary>Pictures as inputs, uint8 [H, W, 3].</summary>
internal sealed class PictureInputs(IReadOnlyList<Sample> samples, PictureMaker maker, WhenUnreadable whenUnreadable) : InputSource
{
    private readonly SampleReader<Picture> _pictures = new(
        samples, source => source.ReadPicture(), picture => picture.Pixels.Length, whenUnreadable);

    public override int Count => samples.Count;

    public override UnreadableSamples Unreadable => _pictures.Unreadable;

    public override SampleInput? Make(int index, Random random) =>
        _pictures.Read(index) is var (picture, target) ? maker.Make(picture, target, random) : null;
}
