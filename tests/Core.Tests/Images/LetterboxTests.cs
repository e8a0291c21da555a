using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Core.Tests.Images;

public sealed class LetterboxTests
{
    private static readonly Rgb Fill = new(1, 2, 3);

    [Fact]
    public void Apply_ToAPictureOfTheInputsSize_CopiesItBitForBit()
    {
        Picture source = TestPictures.Pattern(64, 32);

        (Picture input, LetterboxTransform transform) = new Letterbox(32, 64, Fill).Apply(source);

        Assert.Equal(source.Pixels, input.Pixels);
        Assert.Equal(new Box(1, 2, 3, 4), transform.ToSource(new Box(1, 2, 3, 4)));
    }

    [Theory]
    [InlineData(100, 50, 64, 32)]
    [InlineData(50, 100, 16, 32)]
    [InlineData(10, 10, 32, 32)]
    [InlineData(1000, 1, 64, 1)]
    [InlineData(1, 1000, 1, 32)]
    public void Apply_KeepsTheAspect_AtTheTopLeft_AndFillsTheRest(int width, int height, int scaledWidth, int scaledHeight)
    {
        var colour = new Rgb(90, 140, 200);

        (Picture input, LetterboxTransform transform) = new Letterbox(32, 64, Fill).Apply(TestPictures.Uniform(width, height, colour));

        Assert.Equal(new LetterboxTransform(width, height, scaledWidth, scaledHeight), transform);
        for (int y = 0; y < 32; y++)
        {
            for (int x = 0; x < 64; x++)
                Assert.Equal(x < scaledWidth && y < scaledHeight ? colour : Fill, TestPictures.At(input, x, y));
        }
    }

    [Fact]
    public void Apply_IntoTheCallersMemory_OverwritesAllOfIt()
    {
        var letterbox = new Letterbox(32, 64, Fill);
        Picture source = TestPictures.Pattern(50, 40);
        byte[] memory = new byte[letterbox.ByteCount];
        Array.Fill(memory, (byte)99);

        letterbox.Apply(source, memory);

        Assert.Equal(letterbox.Apply(source).Input.Pixels.ToArray(), memory);
        Assert.Throws<ArgumentException>(() => letterbox.Apply(source, new byte[letterbox.ByteCount - 1]));
    }

    [Fact]
    public void Transform_MapsBoxesBackAndClipsThem()
    {
        // 1333×800 into 640×480: 0.4801 times, so 640×384.
        var transform = LetterboxTransform.Fit(1333, 800, 640, 480);

        Assert.Equal((640, 384), (transform.ScaledWidth, transform.ScaledHeight));
        Assert.Equal(new Box(0, 0, 1333, 800), transform.ToSource(new Box(-5, -1, 640, 470)));
        Box source = new(100, 200, 700, 500);
        Box back = transform.ToSource(transform.ToInput(source));
        Assert.Equal(source.X1, back.X1, 1e-3);
        Assert.Equal(source.Y1, back.Y1, 1e-3);
        Assert.Equal(source.X2, back.X2, 1e-3);
        Assert.Equal(source.Y2, back.Y2, 1e-3);
    }

    [Fact]
    public void Transform_FollowsWhatIsDrawn()
    {
        // A white square on black, found again in the input where the transform says.
        var source = new Picture(333, 217);
        for (int y = 100; y < 150; y++)
            source.Pixels.Slice((y * 333 + 200) * 3, 50 * 3).Fill(255);

        (Picture input, LetterboxTransform transform) = new Letterbox(96, 96, new Rgb(0, 0, 0)).Apply(source);

        int[] columns = [.. Enumerable.Range(0, 96).Where(x => Enumerable.Range(0, 96).Any(y => TestPictures.At(input, x, y).Red > 127))];
        int[] rows = [.. Enumerable.Range(0, 96).Where(y => Enumerable.Range(0, 96).Any(x => TestPictures.At(input, x, y).Red > 127))];
        Box found = transform.ToSource(new Box(columns[0], rows[0], columns[^1] + 1, rows[^1] + 1));
        Assert.InRange(found.X1, 197, 203);
        Assert.InRange(found.Y1, 97, 103);
        Assert.InRange(found.X2, 247, 253);
        Assert.InRange(found.Y2, 147, 153);
    }

    [Fact]
    public void ToSource_DetectionBesideThePicture_IsNone()
    {
        var transform = LetterboxTransform.Fit(640, 480, 320, 256);
        var beside = new SpikingDetector.Core.Detection.Detection(new Box(10, 245, 50, 255), 0, 0.9f);
        var partly = new SpikingDetector.Core.Detection.Detection(new Box(10, 220, 50, 255), 1, 0.8f);
        Assert.Null(transform.ToSource(beside));
        Assert.Equal(partly with { Box = new Box(20, 440, 100, 480) }, transform.ToSource(partly));
    }
}
