using System.Text.Json.Nodes;
using SpikingDetector.Tests;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Tests.Data;

public sealed class ColourJitterTests
{
    private static readonly JsonNode Reference = JsonNode.Parse(File.ReadAllText(ReferenceFiles.PathOf("colour_jitter.json")))!;

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Reference["cases"]!.AsArray().Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Apply_ComputesWhatTorchvisionComputes(int number)
    {
        JsonNode reference = Reference["cases"]![number]!;
        byte[] pixels = Pixels();
        ColourJitter.Apply(pixels, reference["changes"]!.AsArray().Select(change =>
            (Enum.Parse<ColourChange>((string)change!["name"]!, ignoreCase: true), (float)change["factor"]!)));

        double[] expected = [.. reference["expected"]!.AsArray().Select(value => (double)value!)];
        Assert.All(pixels.Index(), item => Assert.Equal(expected[item.Index], item.Item, 0.51));
    }

    [Fact]
    public void Apply_Off_ChangesNothing()
    {
        byte[] pixels = Pixels();
        ColourJitter.Apply(pixels, new ColourJitterRecipe(), new Random(1));
        Assert.Equal(Pixels(), pixels);
    }

    [Theory]
    [InlineData(0.5f, 0, 0, 0)]
    [InlineData(0, 0.5f, 0, 0)]
    [InlineData(0, 0, 0.5f, 0)]
    [InlineData(0, 0, 0, 0.25f)]
    public void Apply_DrawsFactorsWithinTheBounds_AndAllOverThem(float brightness, float contrast, float saturation, float hue)
    {
        var recipe = new ColourJitterRecipe { Brightness = brightness, Contrast = contrast, Saturation = saturation, Hue = hue };
        double[] factors = [.. Enumerable.Range(0, 400).Select(seed =>
        {
            // A grey and a red of the same grey value, 76: far from the limits, so that every factor can be read off.
            byte[] pixels = [76, 76, 76, 106, 64, 64];
            ColourJitter.Apply(pixels, recipe, new Random(seed));
            if (brightness > 0)
                return pixels[0] / 76.0;
            if (hue > 0)
                return Hue(pixels[3..]);
            return contrast > 0 || saturation > 0 ? (pixels[3] - pixels[4]) / 42.0 : 1;
        })];

        (double least, double most) = hue > 0 ? (-0.25, 0.25) : (0.5, 1.5);
        Assert.All(factors, factor => Assert.InRange(factor, least - 0.04, most + 0.04));
        Assert.Equal((least + most) / 2, factors.Average(), 0.05 * (most - least));
        Assert.InRange(factors.Min(), least - 0.04, least + 0.06);
        Assert.InRange(factors.Max(), most - 0.06, most + 0.04);
    }

    [Fact]
    public void Apply_ComesInARandomOrder()
    {
        // Black and white: after a factor above 1 of brightness, which changes neither, a lower contrast keeps their sum; the
        // other way round the sum grows.
        var recipe = new ColourJitterRecipe { Brightness = 1, Contrast = 1 };
        var random = new Random(3);
        (int brightnessFirst, int contrastFirst) = (0, 0);
        for (int i = 0; i < 200; i++)
        {
            byte[] pixels = [0, 0, 0, 255, 255, 255];
            ColourJitter.Apply(pixels, recipe, random);
            int sum = pixels[0] + pixels[3];
            brightnessFirst += pixels[0] > 5 && sum is >= 254 and <= 256 ? 1 : 0;
            contrastFirst += sum > 257 ? 1 : 0;
        }

        // An eighth of the draws each.
        Assert.InRange(brightnessFirst, 10, 45);
        Assert.InRange(contrastFirst, 10, 45);
    }

    private static byte[] Pixels() => [.. Reference["pixels"]!.AsArray().Select(value => (byte)(int)value!)];

    /// <summary>The hue of a red that was turned by less than a half, in turns.</summary>
    private static double Hue(byte[] pixel) =>
        Math.Atan2(Math.Sqrt(3) * (pixel[1] - pixel[2]), 2.0 * pixel[0] - pixel[1] - pixel[2]) / (2 * Math.PI);
}
