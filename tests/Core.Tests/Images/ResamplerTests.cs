using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Core.Tests.Images;

public sealed class ResamplerTests
{
    // TestPictures.Pattern(13, 9) after ImageMagick 6.9.11 "-filter Triangle -resize WxH!".
    private static readonly byte[] Smaller =
    [
        94, 137, 129, 147, 134, 110, 128, 116, 109, 116, 118, 148, 128, 142, 129, 158, 100, 128, 129, 129,
        121, 120, 134, 140, 124, 125, 125, 153, 94, 118, 127, 132, 124, 148, 143, 127, 136, 133, 140, 96,
        134, 105, 113, 113, 108, 125, 130, 135, 155, 122, 127, 137, 95, 152, 105, 124, 142, 130, 109, 129,
    ];

    private static readonly byte[] Larger =
    [
        0, 83, 166, 17, 100, 183, 41, 124, 207, 65, 148, 231, 89, 172, 146, 113, 196, 23, 137, 220,
        47, 161, 148, 71, 185, 12, 95, 209, 36, 119, 150, 61, 144, 8, 85, 168, 26, 109, 192, 50,
        133, 216, 74, 157, 240, 98, 181, 117, 122, 205, 32, 146, 229, 56, 170, 119, 80, 188, 15, 98,
        42, 125, 208, 64, 147, 141, 93, 176, 73, 122, 205, 102, 152, 155, 102, 181, 78, 91, 210, 107,
        120, 169, 110, 149, 82, 96, 174, 112, 125, 82, 118, 154, 51, 102, 183, 80, 130, 96, 109, 159,
        56, 139, 188, 85, 168, 110, 114, 157, 60, 143, 157, 90, 173, 186, 119, 165, 117, 140, 153, 50,
        91, 174, 117, 116, 133, 87, 151, 95, 61, 187, 130, 97, 162, 116, 132, 117, 84, 156, 152, 119,
        101, 144, 154, 97, 106, 186, 129, 141, 130, 89, 131, 120, 86, 75, 155, 121, 107, 117, 156, 142,
        109, 153, 177, 144, 97, 145, 98, 122, 131, 74, 157, 166, 109, 192, 128, 144, 166, 87, 170, 137,
        139, 129, 49, 169, 81, 79, 198, 37, 120, 179, 78, 161, 129, 119, 162, 77, 153, 137, 118, 133,
        72, 124, 148, 69, 106, 185, 110, 147, 120, 150, 135, 108, 161, 70, 149, 142, 107, 132, 180, 123,
        138, 176, 103, 179, 111, 137, 126, 87, 178, 77, 88, 219, 58, 129, 174, 87, 170, 127, 117, 200,
        187, 14, 97, 199, 48, 131, 196, 95, 172, 106, 142, 189, 106, 169, 136, 149, 173, 63, 166, 84,
        109, 121, 73, 139, 37, 119, 156, 84, 135, 203, 116, 167, 182, 132, 214, 93, 178, 130, 105, 167,
        85, 134, 78, 102, 181, 82, 145, 108, 109, 145, 55, 156, 55, 72, 202, 52, 112, 237, 64, 147,
        236, 63, 146, 152, 101, 184, 71, 154, 205, 123, 206, 91, 176, 150, 86, 209, 56, 139, 96, 108,
        191, 78, 161, 148, 131, 207, 41, 183, 93, 93, 153, 63, 146, 39, 115, 198, 85, 168, 91, 138,
        150, 48, 190, 37, 100, 96, 70, 153, 40, 123, 148, 92, 175, 34, 145, 94, 55, 184, 11, 94,
        74, 111, 194, 95, 154, 137, 129, 186, 80, 188, 108, 108, 157, 100, 156, 92, 132, 199, 120, 190,
        121, 166, 170, 105, 219, 96, 134, 141, 125, 193, 116, 168, 183, 145, 227, 105, 71, 154, 129, 51,
        121, 113, 110, 150, 35, 141, 84, 78, 133, 54, 126, 55, 112, 154, 88, 146, 97, 130, 167, 40,
        76, 159, 79, 123, 129, 82, 167, 96, 97, 126, 100, 162, 114, 143, 157, 124, 195, 121, 189, 154,
        124, 192, 138, 102, 152, 140, 65, 156, 99, 129, 137, 110, 163, 96, 175, 167, 98, 181, 127, 82,
        165, 105, 41, 124, 109, 93, 123, 72, 136, 111, 67, 140, 69, 132, 107, 113, 147, 77, 160, 150,
        124, 207, 34, 120, 137, 86, 112, 73, 141, 91, 143, 136, 130, 164, 121, 192, 157, 102, 186, 136,
        96, 172, 124, 82, 152, 118, 65, 147, 98, 135, 134, 85, 168, 113, 79, 162, 107, 146, 142, 95,
        178, 128, 75, 158, 123, 68, 151, 104, 88, 140, 88, 158, 119, 83, 155, 111, 139, 140, 107, 190,
        173, 186, 83, 107, 153, 138, 48, 122, 182, 124, 153, 92, 171, 134, 110, 193, 98, 167, 148, 129,
        77, 146, 116, 82, 174, 74, 157, 129, 104, 187, 122, 97, 180, 153, 52, 135, 111, 80, 163, 98,
        130, 162, 128, 206, 117, 92, 135, 139, 73, 102, 143, 104, 178, 98, 171, 120, 114, 227, 54, 137,
        216, 43, 126, 153, 102, 185, 100, 151, 234, 181, 66, 149, 154, 90, 173, 88, 152, 235, 169, 67,
        150, 154, 77, 160, 76, 152, 235, 157, 67, 150, 155, 65, 148, 70, 146, 229, 145, 68, 151, 155,
        53, 136, 70, 134, 217, 132, 68, 151, 156, 41, 124, 71, 122, 205, 120, 69, 152, 180, 7, 90,
    ];

    [Fact]
    public void Scale_AgreesWithImageMagick()
    {
        AssertNear(Smaller, Scale(TestPictures.Pattern(13, 9), 5, 4));
        AssertNear(Larger, Scale(TestPictures.Pattern(13, 9), 20, 11));
    }

    [Theory]
    [InlineData(7, 5)]
    [InlineData(64, 40)]
    [InlineData(1, 1)]
    [InlineData(200, 3)]
    public void Scale_OfOneColour_IsThatColour(int width, int height)
    {
        Picture source = TestPictures.Uniform(50, 37, new Rgb(13, 255, 0));

        Assert.Equal(TestPictures.Uniform(width, height, new Rgb(13, 255, 0)).Pixels.ToArray(), Scale(source, width, height));
    }

    [Fact]
    public void Scale_MuchSmaller_SkipsNoPixel()
    {
        // Noise becomes an even grey; without anti-aliasing it would stay noise.
        var source = new Picture(256, 256);
        new Random(1).NextBytes(source.Pixels);

        Assert.All(Scale(source, 16, 16), value => Assert.InRange(value, 107, 148));
    }

    [Fact]
    public void Scale_OfAPartWithoutScaling_CopiesItsPixels()
    {
        Picture source = TestPictures.Pattern(30, 20);
        byte[] output = new byte[6 * 4 * 3];

        Resampler.Scale(source, new Box(5, 7, 11, 11), 6, 4, output, 18);

        for (int y = 0; y < 4; y++)
            Assert.Equal(source.Pixels.Slice(((y + 7) * 30 + 5) * 3, 18), output.AsSpan(y * 18, 18));
    }

    [Fact]
    public void Scale_OfAPart_SeesThatPartOnly()
    {
        // Left half black, right half white: scaling the right half up must stay white but for the shared edge.
        var source = new Picture(20, 10);
        for (int y = 0; y < 10; y++)
            source.Pixels.Slice((y * 20 + 10) * 3, 30).Fill(255);
        byte[] output = new byte[40 * 10 * 3];

        Resampler.Scale(source, new Box(10, 0, 20, 10), 40, 10, output, 120);

        Assert.All(output.Chunk(120), row => Assert.All(row.Skip(6), value => Assert.Equal(255, value)));
    }

    [Theory]
    [InlineData(-1, 0, 5, 5)]
    [InlineData(0, 0, 31, 5)]
    [InlineData(4, 4, 4, 8)]
    [InlineData(float.NaN, 0, 5, 5)]
    public void Scale_OfAPartOutsideThePicture_Throws(float x1, float y1, float x2, float y2)
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Resampler.Scale(TestPictures.Pattern(30, 20), new Box(x1, y1, x2, y2), 2, 2, new byte[12], 6));
    }

    private static byte[] Scale(Picture source, int width, int height)
    {
        byte[] output = new byte[width * height * 3];
        Resampler.Scale(source, new Box(0, 0, source.Width, source.Height), width, height, output, width * 3);
        return output;
    }

    private static void AssertNear(byte[] expected, byte[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.InRange(actual[i], expected[i] - 1, expected[i] + 1);
    }
}
