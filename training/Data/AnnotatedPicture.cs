using SpikingDetector.Core.Coco;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Training.Data;

/// <summary>
/// A picture of an annotation file. It must have the size that the file says, since its boxes lie elsewhere otherwise: it was
/// scaled, replaced, or turned by an orientation that the annotations know nothing of.
/// </summary>
internal sealed class AnnotatedPicture(CocoPicture annotated) : SampleSource
{
    public override string Path => annotated.Path;

    public override Picture ReadPicture()
    {
        Picture picture = PictureDecoder.DecodeFile(Path);
        return picture.Width == annotated.Width && picture.Height == annotated.Height
            ? picture
            : throw new Core.InvalidInputException(
                $"{Path} is {picture.Width}×{picture.Height} pixels as a viewer shows it, but its annotations say "
                + $"{annotated.Width}×{annotated.Height}: its boxes would lie elsewhere; correct the picture or the annotations.");
    }
}
