using SpikingDetector.Core.Images;

namespace SpikingDetector.Core.Tests.Images;

public sealed class CenterCropTests
{
    [Fact]
    public void Apply_ToAPictureOfTheInputsSize_CopiesItBitForBit()
    {
        Picture source = TestPictures.Pattern(32, 24);

        Assert.Equal(source.Pixels, new CenterCrop(24, 32).Apply(source).Pixels);
    }

    [Theory]
    [InlineData(40, 24, 4)]
    [InlineData(37, 24, 2)]
    public void Apply_ToAWiderPicture_CutsTheMiddleWithoutTouchingPixels(int width, int height, int left)
    {
        Picture source = TestPictures.Pattern(width, height);

        Picture input = new CenterCrop(24, 32).Apply(source);

        for (int y = 0; y < 24; y++)
            Assert.Equal(source.Pixels.Slice((y * width + left) * 3, 96), input.Pixels.Slice(y * 96, 96));
    }

    [Theory]
    [InlineData(500, 333)]
    [InlineData(333, 500)]
    [InlineData(7, 3)]
    [InlineData(1, 1)]
    [InlineData(1, 900)]
    public void Apply_CoversTheWholeInput(int width, int height)
    {
        var colour = new Rgb(200, 100, 50);

        Picture input = new CenterCrop(224, 224).Apply(TestPictures.Uniform(width, height, colour));

        Assert.All(input.Pixels.ToArray().Chunk(3), pixel => Assert.Equal([200, 100, 50], pixel));
    }

    [Fact]
    public void Apply_TakesTheCentre()
    {
        // Black, white, black thirds: the square in the middle is the white third.
        var source = new Picture(300, 100);
        for (int y = 0; y < 100; y++)
            source.Pixels.Slice((y * 300 + 100) * 3, 300).Fill(255);

        Picture input = new CenterCrop(50, 50).Apply(source);

        Assert.Equal(255, TestPictures.At(input, 1, 25).Red);
        Assert.Equal(255, TestPictures.At(input, 48, 25).Red);
    }

    [Fact]
    public void Apply_IntoTheCallersMemory_NeedsItsSize()
    {
        Assert.Throws<ArgumentException>(() => new CenterCrop(4, 4).Apply(TestPictures.Pattern(5, 5), new byte[47]));
    }
}
