using SkiaSharp;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Core.Tests.Images;

public sealed class PictureDecoderTests
{
    // 16×16, made with ImageMagick from rgb(200, 60, 30).
    private const string CmykJpeg =
        "/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwL"
        + "CgwJCgoK/9sAQwECAgICAgIFAwMFCgcGBwoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK/8AAFAgA"
        + "EAAQBAERAAIRAQMRAQQRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAADCf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAWAQEBAQAAAAAAAAAAAAAA"
        + "AAAACAn/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADgQBAAIRAxEEAAA/AKLIZHtIAAAAH//Z";

    // 3×2, 16 bits a channel, made with ImageMagick from rgb(200, 60, 30).
    private const string SixteenBitPng =
        "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACEAIAAABChi0OAAAAFUlEQVQI12M8ccLGRk6OAQkwMWAAAFFEAkiwn6rkAAAAAElFTkSuQmCC";

    // 4×4, a red frame and a blue one, made with ImageMagick.
    private const string AnimatedWebP =
        "UklGRoQAAABXRUJQVlA4WAoAAAACAAAAAwAAAwAAQU5JTQYAAAD/////AABBTk1GKAAAAAAAAAAAAAMAAAMAAGQAAAJWUDhMDwAAAC8DwAAA"
        + "BxD9j/4HIqL/AQBBTk1GKAAAAAAAAAAAAAMAAAMAAGQAAABWUDhMDwAAAC8DwAAABxDR//4HIqL/AQBSSUZGHAAAAFdFQlBWUDhMDwAAAC8D"
        + "wAAABxD9j/4HIqL/AQA=";

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.WebP)]
    [InlineData(PictureFormat.Bmp)]
    public void Decode_LosslessFormats_GiveTheirPixels(PictureFormat format)
    {
        // Sizes around the packing's steps of 4 pixels and 16 bytes.
        foreach ((int width, int height) in new[] { (1, 1), (2, 3), (5, 1), (6, 7), (33, 20) })
        {
            Picture original = TestPictures.Pattern(width, height);

            Picture decoded = PictureDecoder.Decode(TestPictures.Encode(original, format));

            Assert.Equal((width, height), (decoded.Width, decoded.Height));
            Assert.Equal(original.Pixels.ToArray(), decoded.Pixels.ToArray());
        }
    }

    [Fact]
    public void Decode_Jpeg_IsClose()
    {
        var colour = new Rgb(200, 60, 30);

        Picture decoded = PictureDecoder.Decode(PictureEncoder.EncodeJpeg(TestPictures.Uniform(17, 9, colour)));

        Assert.Equal((17, 9), (decoded.Width, decoded.Height));
        TestPictures.AssertNear(colour, TestPictures.At(decoded, 16, 8), 3);
    }

    [Theory]
    [InlineData(1, "ABCD")]
    [InlineData(2, "BADC")]
    [InlineData(3, "DCBA")]
    [InlineData(4, "CDAB")]
    [InlineData(5, "ACBD")]
    [InlineData(6, "CADB")]
    [InlineData(7, "DBCA")]
    [InlineData(8, "BDAC")]
    public void Decode_TurnsByExifOrientation(byte orientation, string quarters)
    {
        // Stored quarters: A red, B green above C blue, D white; 48×32, so that a turn shows in the size as well.
        Rgb[] colours = [new(250, 0, 0), new(0, 250, 0), new(0, 0, 250), new(250, 250, 250)];
        var stored = new Picture(48, 32);
        for (int i = 0; i < 48 * 32; i++)
        {
            Rgb colour = colours[(i / 48 >= 16 ? 2 : 0) + (i % 48 >= 24 ? 1 : 0)];
            (stored.Pixels[i * 3], stored.Pixels[i * 3 + 1], stored.Pixels[i * 3 + 2]) = (colour.Red, colour.Green, colour.Blue);
        }

        byte[] file = TestPictures.WithExifOrientation(PictureEncoder.EncodeJpeg(stored), orientation);
        Picture shown = PictureDecoder.Decode(file);

        Assert.Equal(orientation < 5 ? (48, 32) : (32, 48), (shown.Width, shown.Height));
        for (int quarter = 0; quarter < 4; quarter++)
        {
            int x = shown.Width * (quarter % 2 == 0 ? 1 : 3) / 4, y = shown.Height * (quarter < 2 ? 1 : 3) / 4;
            TestPictures.AssertNear(colours[quarters[quarter] - 'A'], TestPictures.At(shown, x, y), 8);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Decode_Turning_LosesNoPixel(byte orientation)
    {
        byte[] jpeg = PictureEncoder.EncodeJpeg(TestPictures.Pattern(21, 13));

        Picture plain = PictureDecoder.Decode(jpeg);
        Picture turned = PictureDecoder.Decode(TestPictures.WithExifOrientation(jpeg, orientation));

        Assert.Equal(Pixels(plain).Order(), Pixels(turned).Order());

        static IEnumerable<int> Pixels(Picture picture) =>
            picture.Pixels.ToArray().Chunk(3).Select(pixel => (pixel[0] << 16) | (pixel[1] << 8) | pixel[2]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decode_TurnsPngByItsExifChunk(bool bigEndian)
    {
        Picture stored = TestPictures.Pattern(3, 2);
        byte[] file = TestPictures.WithPngExif(PictureEncoder.EncodePng(stored), TestPictures.Tiff(6, bigEndian));

        Picture shown = PictureDecoder.Decode(file);

        // 6: a quarter to the right, so that the stored bottom left comes to the top left.
        Assert.Equal((2, 3), (shown.Width, shown.Height));
        Assert.Equal(TestPictures.At(stored, 0, 1), TestPictures.At(shown, 0, 0));
        Assert.Equal(TestPictures.At(stored, 0, 0), TestPictures.At(shown, 1, 0));
        Assert.Equal(TestPictures.At(stored, 2, 0), TestPictures.At(shown, 1, 2));
    }

    [Fact]
    public void Decode_ADamagedExifChunk_CountsAsUpright()
    {
        byte[] png = PictureEncoder.EncodePng(TestPictures.Pattern(3, 2));
        byte[] whole = TestPictures.Tiff(6, bigEndian: false);
        byte[] far = [.. whole];
        far.AsSpan(4, 4).Fill(0xFF);
        byte[][] damaged = [far, TestPictures.Tiff(9, bigEndian: true), [.. Enumerable.Range(0, 18).Select(i => whole[i])], []];

        Assert.All(damaged, exif => Assert.Equal(3, PictureDecoder.Decode(TestPictures.WithPngExif(png, exif)).Width));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, 2)]
    [InlineData(SKEncodedImageFormat.Png, 0)]
    public void Decode_Grey_GivesEqualChannels(SKEncodedImageFormat format, int tolerance)
    {
        byte[] grey = [.. Enumerable.Repeat((byte)77, 12 * 10)];
        byte[] file = TestPictures.Encode(new SKImageInfo(12, 10, SKColorType.Gray8, SKAlphaType.Opaque), grey, format);

        Picture decoded = PictureDecoder.Decode(file);

        TestPictures.AssertNear(new Rgb(77, 77, 77), TestPictures.At(decoded, 11, 9), tolerance);
    }

    [Fact]
    public void Decode_Transparency_IsLaidOverWhite()
    {
        byte[] rgba = [200, 100, 0, 255, 200, 100, 0, 0, 200, 100, 0, 51, 201, 201, 201, 100];
        byte[] file = TestPictures.Encode(
            new SKImageInfo(4, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul), rgba, SKEncodedImageFormat.Png);

        Picture decoded = PictureDecoder.Decode(file);

        // The third: 51/255 = 0.2 of the colour and 0.8 of 255. The last: (201 · 100 + 255 · 155) / 255 = 233.8.
        Assert.Equal([200, 100, 0, 255, 255, 255, 244, 224, 204, 234, 234, 234], decoded.Pixels.ToArray());
    }

    [Theory]
    [InlineData(CmykJpeg, 16, 16, 4)]
    [InlineData(SixteenBitPng, 3, 2, 0)]
    public void Decode_OtherPixelKinds(string base64, int width, int height, int tolerance)
    {
        Picture decoded = PictureDecoder.Decode(Convert.FromBase64String(base64));

        Assert.Equal((width, height), (decoded.Width, decoded.Height));
        for (int y = 0; y < height; y++)
            TestPictures.AssertNear(new Rgb(200, 60, 30), TestPictures.At(decoded, width - 1, y), tolerance);
    }

    [Fact]
    public void Decode_AnimatedFile_GivesTheFirstFrame()
    {
        Picture decoded = PictureDecoder.Decode(Convert.FromBase64String(AnimatedWebP));

        Assert.Equal(new Rgb(255, 0, 0), TestPictures.At(decoded, 3, 3));
    }
}
