using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Data;

/// <summary>Pictures to network inputs, with the random changes of a recipe.</summary>
internal abstract class PictureMaker(ModelSpec spec, AugmentationRecipe augmentation)
{
    // Refuses an event network.
    private readonly InputPreparation _preparation = new(spec);

    /// <summary>Bytes of one input.</summary>
    public int ByteCount => _preparation.ByteCount;

    protected InputSpec Input { get; } = spec.Input;

    /// <summary>The colour around pictures.</summary>
    protected Rgb Fill { get; } = InputPreparation.Fill((PictureInputSpec)spec.Input);

    protected AugmentationRecipe Augmentation { get; } = augmentation;

    /// <summary>Writes the input [H, W, 3] of a picture and gives the truth in the input's pixels.</summary>
    public Target Make(Picture picture, Target target, Random random, Span<byte> pixels)
    {
        Target placed = Place(picture, target, random, pixels);
        bool mirror = random.NextSingle() < Augmentation.HorizontalFlip;
        bool turn = random.NextSingle() < Augmentation.VerticalFlip;
        if (mirror)
            PixelChanges.FlipHorizontally(pixels, Input.Width);
        if (turn)
            PixelChanges.FlipVertically(pixels, Input.Width);
        float gain = 1 + Augmentation.Brightness * (2 * random.NextSingle() - 1);
        float contrast = 1 + Augmentation.Contrast * (2 * random.NextSingle() - 1);
        if (gain != 1 || contrast != 1)
            PixelChanges.Recolour(pixels, gain, contrast);
        return mirror || turn ? placed with { Boxes = [.. placed.Boxes.Select(box => Flip(box, mirror, turn))] } : placed;
    }

    /// <summary>Brings the whole picture into the input as the service does; boxes follow.</summary>
    protected Target PlaceAsServed(Picture picture, Target target, Span<byte> pixels) =>
        _preparation.Apply(picture, pixels) is { } transform
            ? target with { Boxes = [.. target.Boxes.Select(transform.ToInput)] }
            : target;

    /// <summary>Scales and cuts the picture into the input.</summary>
    protected abstract Target Place(Picture picture, Target target, Random random, Span<byte> pixels);

    private Box Flip(Box box, bool mirror, bool turn) => new(
        mirror ? Input.Width - box.X2 : box.X1,
        turn ? Input.Height - box.Y2 : box.Y1,
        mirror ? Input.Width - box.X1 : box.X2,
        turn ? Input.Height - box.Y1 : box.Y2);
}
