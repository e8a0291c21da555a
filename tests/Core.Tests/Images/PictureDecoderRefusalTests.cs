using System.Buffers.Binary;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Core.Tests.Images;

public sealed class PictureDecoderRefusalTests
{
    [Fact]
    public void Decode_NoBytes_IsEmpty()
    {
        Assert.Equal("The picture is empty: 0 bytes.", Refusal(PictureError.Empty, []).Message);
    }

    [Theory]
    [InlineData("GIF89a and so on")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("\0")]
    [InlineData("RIFF....WAVE")]
    public void Decode_OtherFormats_AreUnsupported(string content)
    {
        PictureException refusal = Refusal(PictureError.UnsupportedFormat, System.Text.Encoding.ASCII.GetBytes(content));

        Assert.Contains(PictureFormats.Names, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.WebP)]
    [InlineData(PictureFormat.Bmp)]
    public void Decode_CutShort_IsUndecodable(PictureFormat format)
    {
        byte[] file = TestPictures.Encode(TestPictures.Pattern(64, 48), format);

        for (int percent = 5; percent < 100; percent += 5)
            Refusal(PictureError.Undecodable, file[..(file.Length * percent / 100)]);
    }

    [Theory]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.WebP)]
    [InlineData(PictureFormat.Bmp)]
    public void Decode_OnlyTheFirstBytes_IsUndecodable(PictureFormat format)
    {
        byte[] file = TestPictures.Encode(TestPictures.Pattern(8, 8), format);

        Refusal(PictureError.Undecodable, file[..12]);
    }

    [Fact]
    public void Decode_DamagedPng_IsUndecodable()
    {
        byte[] file = TestPictures.Encode(TestPictures.Pattern(64, 48), PictureFormat.Png);
        file.AsSpan(file.Length / 2, 40).Clear();

        Refusal(PictureError.Undecodable, file);
    }

    [Theory]
    [InlineData(20_000, 10)]
    [InlineData(10, 20_000)]
    [InlineData(10_000, 10_000)]
    public void Decode_TooManyPixels_IsRefusedBeforeMemoryIsTaken(int width, int height)
    {
        byte[] file = BmpHeader(width, height);
        long before = GC.GetAllocatedBytesForCurrentThread();

        PictureException refusal = Refusal(PictureError.TooLarge, file);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Contains($"{width}×{height}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_TakesTheCallersLimits()
    {
        byte[] file = TestPictures.Encode(TestPictures.Pattern(30, 20), PictureFormat.Png);

        Assert.Equal(30, PictureDecoder.Decode(file, new PictureLimits { MaxSide = 30, MaxPixels = 600 }).Width);
        Refusal(PictureError.TooLarge, file, new PictureLimits { MaxSide = 29 });
        Refusal(PictureError.TooLarge, file, new PictureLimits { MaxPixels = 599 });
    }

    [Fact]
    public void DecodeFile_NamesTheFile()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("cells.jpg");
        File.WriteAllBytes(path, []);

        Assert.Contains(path, Assert.Throws<PictureException>(() => PictureDecoder.DecodeFile(path)).Message, StringComparison.Ordinal);
        string missing = folder.File("missing.jpg");
        Assert.Contains(
            missing, Assert.Throws<InvalidInputException>(() => PictureDecoder.DecodeFile(missing)).Message, StringComparison.Ordinal);
    }

    private static PictureException Refusal(PictureError error, byte[] content, PictureLimits? limits = null)
    {
        var refusal = Assert.Throws<PictureException>(() => PictureDecoder.Decode(content, limits));
        Assert.Equal(error, refusal.Error);
        return refusal;
    }

    private static byte[] BmpHeader(int width, int height)
    {
        byte[] file = TestPictures.Encode(TestPictures.Pattern(8, 8), PictureFormat.Bmp);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        return file;
    }
}
