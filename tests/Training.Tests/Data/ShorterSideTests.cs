using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Runs;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Data;

public sealed class ShorterSideTests
{
    private static readonly ModelSpec Spec = Reference.Spec("retina10_asd") with
    {
        Input = new PictureInputSpec { Height = 128, Width = 256, Mean = [0.2f, 0.4f, 0.6f], Std = [1, 1, 1] },
    };

    [Theory]
    [InlineData(400, 200, 96, 1333, 192, 96)]
    [InlineData(400, 200, 96, 160, 160, 80)]
    [InlineData(200, 400, 96, 160, 80, 160)]
    [InlineData(33, 33, 64, 64, 64, 64)]
    [InlineData(1000, 1, 32, 64, 64, 1)]
    public void Make_ScalesTheShorterSide_OrTheLongerToItsLimit(int width, int height, int shorter, int longer, int expectedWidth, int expectedHeight)
    {
        SampleInput made = Make(new Picture(width, height), new Box(0, 0, width, height * 0.5f), shorter, longer);
        Assert.Equal((expectedWidth, expectedHeight), (made.Width, made.Height));
        Assert.Equal(expectedWidth * expectedHeight * 3, made.Content.Length);
        Assert.Equal(new Box(0, 0, expectedWidth, expectedHeight * 0.5f), Assert.Single(made.Target.Boxes));
    }

    [Fact]
    public void Make_DrawsOneOfTheSides()
    {
        var maker = new DetectorPictureMaker(Spec, new AugmentationRecipe { ShorterSides = [64, 96, 128] });
        int[] heights = [.. Enumerable.Range(0, 60).Select(seed => maker.Make(
            new LabelledPicture(new Picture(64, 32), Target.OfBoxes([], [])), NoOther, new Random(seed)).Height)];
        Assert.Equal([64, 96, 128], heights.Distinct().Order());
    }

    [Fact]
    public void Join_LaysPicturesIntoTheCornersOfTheLargest()
    {
        var noise = new Picture(50, 40);
        new Random(1).NextBytes(noise.Pixels);
        var tall = new Picture(33, 70);
        var inputs = new PictureInputs([], new DetectorPictureMaker(Spec, new AugmentationRecipe()), WhenUnreadable.Stop);
        Batch batch = inputs.Join(
            [
                new SampleInput(40, 50, noise.Pixels.ToArray(), Target.OfBoxes([new Box(0, 0, 50, 40)], [0])),
                new SampleInput(70, 33, tall.Pixels.ToArray(), Target.OfBoxes([], [])),
            ],
            [8, 3]);

        Assert.Equal((96, 64, 2), (batch.Height, batch.Width, batch.Count));
        Assert.Equal([8, 3], batch.Indices);
        Assert.Equal(new Box(0, 0, 50, 40), batch.Targets[0].Boxes[0]);
        for (int i = 0; i < 2 * 96 * 64; i++)
        {
            (int n, int y, int x) = (i / (96 * 64), i / 64 % 96, i % 64);
            byte[] expected = n == 0 && y < 40 && x < 50 ? [.. noise.Pixels.Slice(3 * (50 * y + x), 3)] : n == 1 && y < 70 && x < 33 ? [0, 0, 0] : [51, 102, 153];
            Assert.Equal(expected, batch.Input[(3 * i)..(3 * i + 3)]);
        }
    }

    [Fact]
    public void ComputeLosses_OfAnotherSizeThanTheInput_IsThatOfANetworkOfThatSize()
    {
        using var scope = NewDisposeScope();
        Batch[] batches = [Noise(64, 96, 1), Noise(96, 64, 2), Noise(64, 96, 3)];
        ModelSpec small = Spec with { Backbone = Spec.Backbone with { BaseChannels = 8 }, Detector = Spec.Detector! with { FpnChannels = 8 } };
        DetectionTask task = TaskOf(small with { Input = (PictureInputSpec)Spec.Input with { Height = 64, Width = 96 } });
        foreach (Batch batch in batches)
        {
            DetectionTask ofThatSize = TaskOf(small with { Input = (PictureInputSpec)Spec.Input with { Height = batch.Height, Width = batch.Width } });
            float[] expected = [.. ofThatSize.ComputeLosses(batch).Parts.Select(part => part.item<float>())];
            Assert.Equal(expected, task.ComputeLosses(batch).Parts.Select(part => part.item<float>()));
            Assert.All(expected, part => Assert.True(part > 0));
        }
    }

    private static DetectionTask TaskOf(ModelSpec spec) => new(
        Weights.Initialise(NetworkLayout.Of(spec), CPU, 1), new(), Precision.Float32, new DataSet { Training = [], Validation = [] });

    private static Batch Noise(int height, int width, int seed)
    {
        var pixels = new byte[2 * height * width * 3];
        new Random(seed).NextBytes(pixels);
        var target = Target.OfBoxes([new Box(10, 12, 50, 60), new Box(30, 4, 62, 40)], [0, 1]);
        return new Batch(height, width, pixels, [target, Target.OfBoxes([], [])], [0, 1]);
    }

    private static SampleInput Make(Picture picture, Box box, int shorter, int longer) =>
        new DetectorPictureMaker(Spec, new AugmentationRecipe { ShorterSides = [shorter], LongerSide = longer })
            .Make(new LabelledPicture(picture, Target.OfBoxes([box], [0])), NoOther, new Random(0));

    private static LabelledPicture NoOther() => throw new InvalidOperationException("No mosaic was asked for.");
}
