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

    protected InputSpec Input { get; } = spec.Input;

    /// <summary>The colour around pictures.</summary>
    protected Rgb Fill { get; } = InputPreparation.Fill((PictureInputSpec)spec.Input);

    protected AugmentationRecipe Augmentation { get; } = augmentation;

    /// <summary>The input [H, W, 3] of a picture, with the truth in the input's pixels.</summary>
    public SampleInput Make(Picture picture, Target target, Random random)
    {
        SampleInput placed = Place(picture, target, random);
        bool mirror = random.NextSingle() < Augmentation.HorizontalFlip;
        bool turn = random.NextSingle() < Augmentation.VerticalFlip;
        if (mirror)
            PixelChanges.FlipHorizontally(placed.Content, placed.Width);
        if (turn)
            PixelChanges.FlipVertically(placed.Content, placed.Width);
        float gain = 1 + Augmentation.Brightness * (2 * random.NextSingle() - 1);
        float contrast = 1 + Augmentation.Contrast * (2 * random.NextSingle() - 1);
        if (gain != 1 || contrast != 1)
            PixelChanges.Recolour(placed.Content, gain, contrast);
        return mirror || turn ? placed with { Target = Flip(placed, mirror, turn) } : placed;
    }

    /// <summary>Brings the whole picture into the input as the service does; boxes follow.</summary>
    protected SampleInput PlaceAsServed(Picture picture, Target target)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(_preparation.ByteCount);
        if (_preparation.Apply(picture, pixels) is { } transform)
            target = target with { Boxes = [.. target.Boxes.Select(transform.ToInput)] };
        return new SampleInput(Input.Height, Input.Width, pixels, target);
    }

    /// <summary>Scales and cuts the picture into an input.</summary>
    protected abstract SampleInput Place(Picture picture, Target target, Random random);

    private static Target Flip(SampleInput input, bool mirror, bool turn) => input.Target with
    {
        Boxes =
        [
            .. input.Target.Boxes.Select(box => new Box(
                mirror ? input.Width - box.X2 : box.X1,
                turn ? input.Height - box.Y2 : box.Y1,
                mirror ? input.Width - box.X1 : box.X2,
                turn ? input.Height - box.Y1 : box.Y2)),
        ],
    };
}
