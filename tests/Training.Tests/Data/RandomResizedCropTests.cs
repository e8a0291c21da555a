using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Images;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Tests.Data;

public sealed class RandomResizedCropTests
{
    private static readonly RandomResizedCropRecipe Usual = new() { Scale = (0.08f, 1), Ratio = (3f / 4, 4f / 3) };

    [Fact]
    public void Draw_OfWindowsThatAllFit_HasUniformAreasAndLogarithmicallyUniformShapes()
    {
        var recipe = new RandomResizedCropRecipe { Scale = (0.1f, 0.3f), Ratio = (0.5f, 3) };
        var random = new Random(1);
        Box[] windows = [.. Enumerable.Range(0, 20_000).Select(_ => RandomWindow.Draw(1000, 1000, recipe, random))];

        // The moments of uniform distributions, with the error of 20,000 draws.
        AssertUniform([.. windows.Select(window => window.Area / 1e6)], 0.1, 0.3);
        AssertUniform([.. windows.Select(window => Math.Log(window.Width / window.Height))], Math.Log(0.5), Math.Log(3));
        AssertUniform([.. windows.Select(window => window.X1 / (1000.0 - window.Width))], 0, 1);
        AssertUniform([.. windows.Select(window => window.Y1 / (1000.0 - window.Height))], 0, 1);
        Assert.All(windows, window => Assert.True(float.IsInteger(window.X1) && float.IsInteger(window.Y2)));
    }

    [Theory]
    [InlineData(500, 375)]
    [InlineData(32, 32)]
    [InlineData(1, 1)]
    [InlineData(7, 300)]
    public void Draw_StaysInThePicture(int width, int height)
    {
        var random = new Random(2);
        for (int i = 0; i < 2000; i++)
        {
            Box window = RandomWindow.Draw(width, height, Usual, random);
            Assert.True(window.X1 >= 0 && window.Y1 >= 0 && window.X2 <= width && window.Y2 <= height && window.Width >= 1 && window.Height >= 1, $"{window}");
        }
    }

    // A window of a tenth of the area and of these shapes never fits.
    [Theory]
    [InlineData(10, 1000, 0, 493, 10, 506)]
    [InlineData(1000, 10, 493, 0, 506, 10)]
    [InlineData(1000, 1, 499, 0, 500, 1)]
    public void Draw_WhereNoneFits_TakesTheCentre(int width, int height, float left, float top, float right, float bottom)
    {
        var recipe = new RandomResizedCropRecipe { Scale = (0.1f, 1), Ratio = (3f / 4, 4f / 3) };
        Assert.Equal(new Box(left, top, right, bottom), RandomWindow.Draw(width, height, recipe, new Random(3)));
    }

    [Fact]
    public void Draw_OfThePictureItself_IsAllOfIt() => Assert.Equal(
        new Box(0, 0, 200, 100),
        RandomWindow.Draw(200, 100, new RandomResizedCropRecipe { Scale = (1, 1), Ratio = (2, 2) }, new Random(4)));

    [Fact]
    public void Make_ScalesTheWindowToTheInput()
    {
        // Red tells the column, green the row.
        var picture = new Picture(200, 160);
        for (int i = 0; i < 200 * 160; i++)
            (picture.Pixels[3 * i], picture.Pixels[3 * i + 1]) = ((byte)(i % 200), (byte)(i / 200));
        var maker = new ClassifierPictureMaker(Reference.Spec("sg10_cifar_asd"), new AugmentationRecipe { RandomResizedCrop = Usual });
        var seen = new HashSet<Box>();
        for (int seed = 0; seed < 20; seed++)
        {
            SampleInput made = maker.Make(new LabelledPicture(picture, Target.OfClass(7)), () => throw new InvalidOperationException(), new Random(seed));
            Assert.Equal((32, 32, 7), (made.Height, made.Width, made.Target.Label));

            // What lies between the middle pixels of the rows and columns shows the window, whatever the filter does at the edges.
            float width = (made.Content[3 * 28] - made.Content[3 * 4]) * 32 / 24f;
            float height = (made.Content[3 * 32 * 28 + 1] - made.Content[3 * 32 * 4 + 1]) * 32 / 24f;
            Assert.InRange(width * height / (200 * 160), 0.06, 1.02);
            Assert.InRange(width / height, 0.65, 1.5);
            seen.Add(new Box(made.Content[3 * 4], made.Content[3 * 32 * 4 + 1], width, height));
        }

        Assert.True(seen.Count > 15, $"{seen.Count} windows");
    }

    private static void AssertUniform(double[] values, double from, double to)
    {
        double width = to - from;
        Assert.All(values, value => Assert.InRange(value, from - 0.02 * width, to + 0.02 * width));
        Assert.Equal((from + to) / 2, values.Average(), 0.01 * width);
        Assert.Equal(width * width / 12, values.Average(value => Math.Pow(value - (from + to) / 2, 2)), 0.003 * width * width);
    }
}
