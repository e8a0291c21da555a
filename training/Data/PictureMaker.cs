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
    public Rgb Fill { get; } = InputPreparation.Fill((PictureInputSpec)spec.Input);

    protected AugmentationRecipe Augmentation { get; } = augmentation;

    /// <summary>The input [H, W, 3] of a picture, with the truth in the input's pixels.</summary>
    /// <param name="picture">The picture and its truth in its own pixels.</param>
    /// <param name="another">Gives another picture of the data set, drawn with the same random numbers.</param>
    /// <param name="random">Decides about all changes.</param>
    public SampleInput Make(LabelledPicture picture, Func<LabelledPicture> another, Random random)
    {
        SampleInput placed = Place(picture, another, random);
        bool mirror = random.NextSingle() < Augmentation.HorizontalFlip;
        bool turn = random.NextSingle() < Augmentation.VerticalFlip;
        if (mirror)
            PixelChanges.FlipHorizontally(placed.Content, placed.Width);
        if (turn)
            PixelChanges.FlipVertically(placed.Content, placed.Width);
        if (Augmentation.ColourJitter is { } jitter)
            ColourJitter.Apply(placed.Content, jitter, random);
        if (Augmentation.RandomErasing is { } erasing && random.NextSingle() < erasing.Probability
            && RandomWindow.TryDraw(placed.Width, placed.Height, erasing.Scale, erasing.Ratio, random) is { } window)
        {
            PixelChanges.Fill(placed.Content, placed.Width, window, Fill);
        }

        return mirror || turn ? placed with { Target = Flip(placed, mirror, turn) } : placed;
    }

    /// <summary>Brings the whole picture into the input as the service does; boxes follow.</summary>
    protected SampleInput PlaceAsServed(LabelledPicture picture)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(_preparation.ByteCount);
        Target target = picture.Target;
        if (_preparation.Apply(picture.Pixels, pixels) is { } transform)
            target = target with { Boxes = [.. target.Boxes.Select(transform.ToInput)] };
        return new SampleInput(Input.Height, Input.Width, pixels, target);
    }

    /// <summary>Scales and cuts the picture into an input.</summary>
    protected abstract SampleInput Place(LabelledPicture picture, Func<LabelledPicture> another, Random random);

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
