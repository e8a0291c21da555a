using SpikingDetector.Core.Events;

namespace SpikingDetector.Core.Tests.Events;

/// <summary>Against files and frames that NumPy made (tests/reference/events/make.py).</summary>
public sealed class EventReferenceTests
{
    private static readonly float[] Small = [.. Enumerable.Range(0, 48).Select(i => (float)i)];

    [Fact]
    public void Recording_GivesTheFramesThatNumPyCounts()
    {
        EventFrames ours = AedatReader.Read(File.ReadAllBytes(PathOf("recording.aedat"))).ToFrames(16);
        EventFrames theirs = NpzReader.Read(File.ReadAllBytes(PathOf("frames.npz")), EventLimits.Default, "frames");

        Assert.Equal((16, 128, 128), (theirs.TimeSteps, theirs.Height, theirs.Width));
        Assert.Equal(theirs.Counts, ours.Counts);
        Assert.Equal(5003, ours.Counts.Sum());
        Assert.True(ours.Counts.Max() > byte.MaxValue);
    }

    [Theory]
    [InlineData("uint8")]
    [InlineData("int16")]
    [InlineData("int32")]
    [InlineData("int64")]
    [InlineData("float32")]
    [InlineData("float64")]
    public void ArrayFile_OfEveryElementType_IsRead(string type)
    {
        EventFrames frames = NpyReader.Read(File.ReadAllBytes(PathOf($"small_{type}.npy")), EventLimits.Default, "frames");

        Assert.Equal((2, 3, 4), (frames.TimeSteps, frames.Height, frames.Width));
        Assert.Equal(Small, frames.Counts);
    }

    [Fact]
    public void Archive_OfSeveralUncompressedArrays_GivesTheFrames() =>
        Assert.Equal(Small, NpzReader.Read(File.ReadAllBytes(PathOf("small_plain.npz")), EventLimits.Default, "frames").Counts);

    [Theory]
    [InlineData("small_fortran.npy", "Fortran order")]
    [InlineData("small_big_endian.npy", "'>f4'")]
    [InlineData("small_structured.npy", "no plain numbers")]
    public void ArrayFile_OfAnotherForm_IsRefused(string file, string says)
    {
        var refusal = Assert.Throws<EventDataException>(() => NpyReader.Read(File.ReadAllBytes(PathOf(file)), EventLimits.Default, "frames"));

        Assert.Equal(EventDataError.Damaged, refusal.Error);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Archive_WithoutFrames_NamesWhatItHolds()
    {
        var refusal = Assert.Throws<EventDataException>(
            () => NpzReader.Read(File.ReadAllBytes(PathOf("other_name.npz")), EventLimits.Default, "a.npz"));

        Assert.Contains("no array 'frames', only 'arr'", refusal.Message, StringComparison.Ordinal);
    }

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "reference", "events", file);
}
