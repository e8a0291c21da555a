using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Drawing;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Tests.Images;
using Found = SpikingDetector.Core.Detection.Detection;

namespace SpikingDetector.Core.Tests.Drawing;

public sealed class DetectionPainterTests
{
    private static readonly Rgb Grey = new(128, 128, 128);
    private static readonly string[] Names = ["RBC", "WBC"];

    [Fact]
    public void Draw_PaintsTheBoxsEdgeInTheCategorysColour_AndNothingInsideOrOutside()
    {
        Picture source = TestPictures.Uniform(640, 480, Grey);

        Picture drawn = DetectionPainter.Draw(source, [new Found(new Box(100, 200, 300, 400), 1, 0.9f)], Names);

        SkiaSharp.SKColor colour = CategoryColours.Of(1);
        var expected = new Rgb(colour.Red, colour.Green, colour.Blue);
        Assert.Equal(expected, TestPictures.At(drawn, 100, 300));
        Assert.Equal(expected, TestPictures.At(drawn, 300, 300));
        Assert.Equal(expected, TestPictures.At(drawn, 200, 400));
        Assert.Equal(Grey, TestPictures.At(drawn, 200, 300));
        Assert.Equal(Grey, TestPictures.At(drawn, 90, 300));
        Assert.Equal(Grey, TestPictures.At(drawn, 310, 300));
        Assert.Equal(Grey, TestPictures.At(drawn, 200, 410));
    }

    [Fact]
    public void Draw_LeavesTheSourceAlone_AndWithoutDetectionsCopiesIt()
    {
        Picture source = TestPictures.Pattern(65, 43);
        byte[] before = [.. source.Pixels];

        Picture drawn = DetectionPainter.Draw(source, [], Names);
        DetectionPainter.Draw(source, [new Found(new Box(1, 1, 60, 40), 0, 0.9f)], Names);

        Assert.Equal(before, drawn.Pixels);
        Assert.Equal(before, source.Pixels);
    }

    [Fact]
    public void Draw_WritesTheNameAndTheScore()
    {
        Picture source = TestPictures.Uniform(640, 480, Grey);
        var detection = new Found(new Box(100, 200, 300, 400), 0, 0.9f);

        byte[] drawn = DetectionPainter.Draw(source, [detection], ["RBC"]).Pixels.ToArray();

        // Without glyphs (the failure that a missing font gives) all three would be the same.
        Assert.NotEqual(drawn, DetectionPainter.Draw(source, [detection], ["RBD"]).Pixels.ToArray());
        Assert.NotEqual(drawn, DetectionPainter.Draw(source, [detection with { Score = 0.8f }], ["RBC"]).Pixels.ToArray());
    }

    [Theory]
    [InlineData(0, 0, 640, 480)]
    [InlineData(600, 0, 640, 20)]
    [InlineData(600, 470, 640, 480)]
    [InlineData(0, 5, 10, 480)]
    [InlineData(-20, -20, 30, 30)]
    public void Draw_KeepsTheWholeLabelInsideThePicture(float x1, float y1, float x2, float y2)
    {
        int whole = LabelPixels(new Box(200, 200, 300, 300));

        // Black text on the category's red: as many black pixels wherever the label is, but for their edges.
        Assert.InRange(whole, 50, 500);
        Assert.InRange(LabelPixels(new Box(x1, y1, x2, y2)), whole * 9 / 10, whole * 11 / 10);

        static int LabelPixels(Box box) =>
            DetectionPainter.Draw(TestPictures.Uniform(640, 480, Grey), [new Found(box, 0, 0.9f)], ["RBC"])
                .Pixels.ToArray().Chunk(3).Count(pixel => pixel[0] < 60 && pixel[1] < 60);
    }

    [Fact]
    public void Draw_PutsTheSurestOnTop()
    {
        Picture source = TestPictures.Uniform(640, 480, Grey);
        var box = new Box(100, 200, 300, 400);
        Found sure = new(box, 0, 0.9f), unsure = new(box, 1, 0.3f);

        byte[] one = DetectionPainter.Draw(source, [sure, unsure], Names).Pixels.ToArray();

        Assert.Equal(one, DetectionPainter.Draw(source, [unsure, sure], Names).Pixels.ToArray());
        SkiaSharp.SKColor colour = CategoryColours.Of(0);
        Assert.Equal(colour.Red, one[(300 * 640 + 100) * 3]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(32, 32)]
    [InlineData(4000, 3000)]
    public void Draw_WorksOnAnySize(int width, int height)
    {
        Picture drawn = DetectionPainter.Draw(
            TestPictures.Uniform(width, height, Grey), [new Found(new Box(0, 0, width, height), 0, 0.9f)], Names);

        Assert.Equal((width, height), (drawn.Width, drawn.Height));
    }
}
