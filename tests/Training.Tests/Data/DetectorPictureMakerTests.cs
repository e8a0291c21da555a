using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Tests.Data;

/// <summary>A white rectangle on black: after any augmentation the box must still frame the white pixels.</summary>
public sealed class DetectorPictureMakerTests
{
    private static readonly ModelSpec Spec = Reference.Spec("retina10_asd") with
    {
        Input = new PictureInputSpec { Height = 128, Width = 256, Mean = [0, 0, 0], Std = [1, 1, 1] },
    };

    public static TheoryData<int> Seeds { get; } = [.. Enumerable.Range(0, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Make_KeepsBoxOnItsObject(int seed)
    {
        var augmentation = new AugmentationRecipe { HorizontalFlip = 0.5f, VerticalFlip = 0.5f, Scale = (0.6f, 1.2f) };
        (byte[] pixels, Target target) = Make(augmentation, seed);
        (int left, int top, int right, int bottom) = WhiteArea(pixels);
        Box box = Assert.Single(target.Boxes);
        Assert.Equal(left, box.X1, 1.01);
        Assert.Equal(top, box.Y1, 1.01);
        Assert.Equal(right, box.X2, 1.01);
        Assert.Equal(bottom, box.Y2, 1.01);
    }

    [Fact]
    public void Make_WithoutAugmentation_IsWhatTheServiceSees()
    {
        (byte[] pixels, Target target) = Make(new(), 0);
        var expected = new byte[pixels.Length];
        LetterboxTransform transform = new InputPreparation(Spec).Apply(Source(), expected)!.Value;
        Assert.Equal(expected, pixels);
        Assert.Equal(transform.ToInput(Truth().Boxes[0]), target.Boxes[0]);
    }

    [Fact]
    public void Make_DropsBoxesThatACutLeavesAlmostNothingOf()
    {
        var corner = Target.OfBoxes([new Box(0, 0, 4, 4), new Box(396, 196, 400, 200)], [0, 1]);
        var maker = new DetectorPictureMaker(Spec, new AugmentationRecipe { Scale = (3, 3) });
        Target made = maker.Make(new LabelledPicture(Source(), corner), NoOther, new Random(1)).Target;
        Assert.True(made.Boxes.Length < 2, "a third of the picture cannot show both corners");
        Assert.Equal(made.Boxes.Length, made.Categories.Length);
    }

    [Fact]
    public void Make_Brightness_DarkensAndSaturatesAtRandom()
    {
        byte[] whites = [.. Enumerable.Range(0, 20).Select(seed => Make(new AugmentationRecipe { ColourJitter = new() { Brightness = 0.5f } }, seed).Pixels.Max())];
        Assert.All(whites, white => Assert.InRange(white, (byte)127, (byte)255));
        Assert.Contains((byte)255, whites);
        Assert.True(whites.Distinct().Count() > 5, "brightness must vary");
    }

    private static (byte[] Pixels, Target Target) Make(AugmentationRecipe augmentation, int seed)
    {
        var maker = new DetectorPictureMaker(Spec, augmentation);
        SampleInput made = maker.Make(new LabelledPicture(Source(), Truth()), NoOther, new Random(seed));
        return (made.Content, made.Target);
    }

    private static LabelledPicture NoOther() => throw new InvalidOperationException("No mosaic was asked for.");

    private static Target Truth() => Target.OfBoxes([new Box(160, 80, 220, 110)], [0]);

    private static Picture Source()
    {
        var picture = new Picture(400, 200);
        for (int y = 80; y < 110; y++)
            picture.Pixels.Slice((y * 400 + 160) * 3, 60 * 3).Fill(255);
        return picture;
    }

    private static (int Left, int Top, int Right, int Bottom) WhiteArea(byte[] pixels)
    {
        int[] white = [.. Enumerable.Range(0, pixels.Length / 3).Where(i => pixels[3 * i] > 127)];
        return (white.Min(i => i % 256), white.Min(i => i / 256), white.Max(i => i % 256) + 1, white.Max(i => i / 256) + 1);
    }
}
