using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Tests.Data;

/// <summary>A rectangle of a classifier's input is painted over, the rest stays.</summary>
public sealed class RandomErasingTests
{
    private const int Side = 32;

    private static readonly RandomErasingRecipe Usual = new() { Probability = 0.5f, Scale = (0.02f, 0.33f), Ratio = (0.3f, 3.3f) };

    [Fact]
    public void Make_PaintsOneRectangle_OfTheSharesAsked()
    {
        ModelSpec spec = Reference.Spec("sg10_cifar_asd");
        Rgb fill = InputPreparation.Fill((PictureInputSpec)spec.Input);
        var shares = new List<double>();
        var places = new HashSet<(int, int)>();
        for (int seed = 0; seed < 2000; seed++)
        {
            (int X, int Y)[] painted = Painted(Make(spec, Usual, seed), fill);
            if (painted.Length == 0)
                continue;
            int width = painted.Max(at => at.X) - painted.Min(at => at.X) + 1;
            int height = painted.Max(at => at.Y) - painted.Min(at => at.Y) + 1;
            Assert.Equal(width * height, painted.Length);
            shares.Add(painted.Length / (double)(Side * Side));

            // A side of n pixels may be rounded by a half.
            Assert.InRange((width + 0.5) / (height - 0.5), 0.3, double.PositiveInfinity);
            Assert.InRange((width - 0.5) / (height + 0.5), 0, 3.3);
            places.Add(painted[0]);
        }

        // Half of 2000, give or take four standard deviations of a coin's tosses.
        Assert.InRange(shares.Count, 910, 1090);
        Assert.InRange(shares.Min(), 0.01, 0.04);
        Assert.InRange(shares.Max(), 0.28, 0.36);
        Assert.InRange(shares.Average(), 0.155, 0.19);
        Assert.True(places.Count > 300, $"{places.Count} places");
    }

    [Fact]
    public void Make_WithoutIt_PaintsNothing()
    {
        ModelSpec spec = Reference.Spec("sg10_cifar_asd");
        Rgb fill = InputPreparation.Fill((PictureInputSpec)spec.Input);

        Assert.All(Enumerable.Range(0, 100), seed => Assert.Empty(Painted(Make(spec, Usual with { Probability = 0 }, seed), fill)));
        Assert.All(Enumerable.Range(0, 100), seed => Assert.NotEmpty(Painted(Make(spec, Usual with { Probability = 1 }, seed), fill)));
    }

    /// <summary>A black picture, of which no pixel has the mean colour.</summary>
    private static byte[] Make(ModelSpec spec, RandomErasingRecipe erasing, int seed) =>
        new ClassifierPictureMaker(spec, new AugmentationRecipe { RandomErasing = erasing })
            .Make(new LabelledPicture(new Picture(Side, Side), Target.OfClass(1)), () => throw new InvalidOperationException(), new Random(seed))
            .Content.ToArray();

    private static (int X, int Y)[] Painted(byte[] pixels, Rgb fill) =>
    [
        .. Enumerable.Range(0, Side * Side)
            .Where(i => (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) == (fill.Red, fill.Green, fill.Blue))
            .Select(i => (i % Side, i / Side)),
    ];
}
