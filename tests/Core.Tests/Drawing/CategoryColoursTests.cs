using SkiaSharp;
using SpikingDetector.Core.Drawing;

namespace SpikingDetector.Core.Tests.Drawing;

public sealed class CategoryColoursTests
{
    [Fact]
    public void Of_EightyCategories_AreAllDifferent()
    {
        SKColor[] colours = [.. Enumerable.Range(0, 80).Select(CategoryColours.Of)];

        Assert.Equal(80, colours.Distinct().Count());
    }

    [Fact]
    public void Of_TheFirstEight_AreFarApart()
    {
        SKColor[] colours = [.. Enumerable.Range(0, 8).Select(CategoryColours.Of)];

        for (int i = 0; i < 8; i++)
        {
            for (int j = 0; j < i; j++)
            {
                int distance = Math.Abs(colours[i].Red - colours[j].Red) + Math.Abs(colours[i].Green - colours[j].Green)
                    + Math.Abs(colours[i].Blue - colours[j].Blue);
                Assert.InRange(distance, 80, 765);
            }
        }
    }

    [Fact]
    public void TextOn_TakesTheMoreReadableOfBlackAndWhite()
    {
        Assert.Equal(SKColors.Black, CategoryColours.TextOn(SKColors.Yellow));
        Assert.Equal(SKColors.Black, CategoryColours.TextOn(SKColors.White));
        Assert.Equal(SKColors.White, CategoryColours.TextOn(SKColors.Blue));
        Assert.Equal(SKColors.White, CategoryColours.TextOn(SKColors.Black));
    }
}
