using SpikingDetector.Core.Images;

namespace SpikingDetector.Core.Tests.Images;

public sealed class BorrowedPictureTests
{
    [Fact]
    public void DecodedIntoBorrowedMemory_HasTheSamePixels_AndGivesTheMemoryBackOnce()
    {
        byte[] file = PictureEncoder.EncodePng(TestPictures.Pattern(50, 37));
        using Picture own = PictureDecoder.Decode(file);
        Picture borrowed = PictureDecoder.DecodeBorrowed(file);
        Assert.Equal(own.Pixels.ToArray(), borrowed.Pixels.ToArray());

        borrowed.Dispose();
        borrowed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => borrowed.Pixels.Length);
        Picture first = Picture.Rent(50, 37), second = Picture.Rent(50, 37);
        first.Pixels.Fill(1);
        second.Pixels.Fill(2);
        Assert.Equal(1, first.Pixels[0]); // Given back twice, the memory would be both's.
        first.Dispose();
        second.Dispose();
    }

    /// <summary>Large enough that its memory is not the pool's.</summary>
    [Fact]
    public void LargePicture_HasTheSamePixels_AndLeavesNothingBehind()
    {
        byte[] file = PictureEncoder.EncodePng(TestPictures.Pattern(3000, 2000));
        Picture borrowed = PictureDecoder.DecodeBorrowed(file);
        using Picture own = PictureDecoder.Decode(file);
        Assert.True(own.Pixels.SequenceEqual(TestPictures.Pattern(3000, 2000).Pixels));
        Assert.True(own.Pixels.SequenceEqual(borrowed.Pixels));
        borrowed.Dispose();
        borrowed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => borrowed.Pixels.Length);

        long before = Environment.WorkingSet;
        for (int i = 0; i < 20; i++)
            PictureDecoder.DecodeBorrowed(file).Dispose();
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 100_000_000); // Twenty times 24 MB, were they kept.
    }

    [Fact]
    public void OwnPixels_OutliveDisposal()
    {
        var picture = new Picture(2, 1);
        picture.Dispose();
        Assert.Equal(6, picture.Pixels.Length);
    }

    [Fact]
    public void DecodingAgainAndAgain_AllocatesLittle()
    {
        byte[] file = PictureEncoder.EncodeJpeg(TestPictures.Pattern(640, 480));
        for (int i = 0; i < 3; i++)
            PictureDecoder.DecodeBorrowed(file).Dispose();
        long before = GC.GetAllocatedBytesForCurrentThread();
        PictureDecoder.DecodeBorrowed(file).Dispose();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000); // Its pixels alone are 921,600.
    }
}
