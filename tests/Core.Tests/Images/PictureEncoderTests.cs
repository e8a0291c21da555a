using SpikingDetector.Core.Images;

namespace SpikingDetector.Core.Tests.Images;

public sealed class PictureEncoderTests
{
    [Fact]
    public void EncodePng_KeepsEveryPixel()
    {
        Picture picture = TestPictures.Pattern(31, 17);

        byte[] file = PictureEncoder.EncodePng(picture);

        Assert.Equal(PictureFormat.Png, PictureFormats.Detect(file));
        Assert.Equal(picture.Pixels, PictureDecoder.Decode(file).Pixels);
    }

    [Fact]
    public void EncodeJpeg_WithLessQuality_IsSmaller()
    {
        Picture picture = TestPictures.Pattern(64, 64);

        byte[] best = PictureEncoder.EncodeJpeg(picture, 95), poor = PictureEncoder.EncodeJpeg(picture, 30);

        Assert.Equal(PictureFormat.Jpeg, PictureFormats.Detect(best));
        Assert.InRange(poor.Length, 100, best.Length / 2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void EncodeJpeg_OutsideItsRange_Throws(int quality)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureEncoder.EncodeJpeg(new Picture(1, 1), quality));
    }

    [Fact]
    public void Picture_OfTheWrongNumberOfBytes_Throws()
    {
        Assert.Throws<ArgumentException>(() => new Picture(2, 2, new byte[11]));
    }
}
