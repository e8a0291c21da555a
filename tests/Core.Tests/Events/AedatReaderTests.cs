using SpikingDetector.Core.Events;

namespace SpikingDetector.Core.Tests.Events;

public sealed class AedatReaderTests
{
    private const string Header = "#!AER-DAT2.0\r\n";

    [Theory]
    // Address bits: y_raw 14…8, x_raw 7…1, polarity 0.
    [InlineData(0x0000, 1, 127, 127)]
    [InlineData(0x0001, 0, 127, 127)]
    [InlineData(0x7F00, 1, 127, 0)]
    [InlineData(0x00FE, 1, 0, 127)]
    [InlineData(0x7FFF, 0, 0, 0)]
    [InlineData(0x0305, 0, 125, 124)]
    public void Read_OneEvent_IsCountedAtItsPixel(uint address, int polarity, int y, int x)
    {
        EventFrames frames = AedatReader.Read(TestEvents.AedatOf(Header, address)).ToFrames(1);

        Assert.Equal((1, 128, 128), (frames.TimeSteps, frames.Height, frames.Width));
        Assert.Equal((polarity * 128 + y) * 128 + x, Array.IndexOf(frames.Counts, 1f));
        Assert.Equal(1, frames.Counts.Sum());
    }

    [Fact]
    public void ToFrames_CutsByNumber_TheLastSliceTakesTheRest()
    {
        EventRecording recording = AedatReader.Read(TestEvents.Aedat(Enumerable.Range(0, 11).Select(i => (i, 0, 0))));

        EventFrames frames = recording.ToFrames(3);

        Assert.Equal(11, recording.Count);
        int[] steps = [.. Enumerable.Range(0, 11).Select(x => Enumerable.Range(0, 3).Single(t => frames.Counts[t * 2 * 128 * 128 + x] == 1))];
        Assert.Equal([0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2], steps);
    }

    [Theory]
    [InlineData("#!AER-DAT2.0\n")]
    [InlineData("#!AER-DAT2.0\r\n")]
    [InlineData("#!AER-DAT2.0 \r\n#\r\n# a\n#end\r\n")]
    public void Read_AnyHeader_IsSkipped(string header) =>
        Assert.Equal(2, AedatReader.Read(TestEvents.AedatOf(header, 1, 2)).Count);

    [Theory]
    [InlineData("", EventDataError.Empty, "is empty")]
    [InlineData("hello", EventDataError.UnsupportedFormat, "expected #!AER-DAT2.0 as its first line")]
    [InlineData("\n#!AER-DAT2.0\r\n\0\0\0\0\0\0\0\0", EventDataError.UnsupportedFormat, "first line")]
    [InlineData("#!AER-DAT3.1\r\n\0\0\0\0\0\0\0\0", EventDataError.UnsupportedFormat, "not #!AER-DAT3.1")]
    [InlineData("#!AER-DAT2.0x\r\n\0\0\0\0\0\0\0\0", EventDataError.UnsupportedFormat, "first line")]
    [InlineData("#!AER-DAT2.0", EventDataError.Damaged, "no events")]
    [InlineData("#!AER-DAT2.0\r\n# no end of line", EventDataError.Damaged, "no events")]
    [InlineData("#!AER-DAT2.0\r\n", EventDataError.Damaged, "no events")]
    [InlineData("#!AER-DAT2.0\r\n\0\0\0\0\0\0\0", EventDataError.Damaged, "7 bytes of events, which is no multiple of 8")]
    [InlineData("#!AER-DAT2.0\r\n\0\0\0\0\0\0\0\0\0", EventDataError.Damaged, "9 bytes")]
    [InlineData("#!AER-DAT2.0\r\n\0\0\0\0\0\0\0\0\0\0\x80\0\0\0\0\0", EventDataError.Damaged, "0x00008000 of event 1 is no pixel")]
    [InlineData("#!AER-DAT2.0\r\n\x80\0\0\0\0\0\0\0", EventDataError.Damaged, "0x80000000 of event 0")]
    [InlineData("#!AER-DAT2.0\r\n\0\x01\0\0\0\0\0\0", EventDataError.Damaged, "128×128 sensor")]
    public void Read_WhatIsNoRecording_IsRefused(string content, EventDataError error, string says)
    {
        byte[] bytes = [.. content.Select(character => (byte)character)];

        var refusal = Assert.Throws<EventDataException>(() => AedatReader.Read(bytes, name: "a.aedat"));

        Assert.Equal(error, refusal.Error);
        Assert.StartsWith("a.aedat ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MoreEventsThanAllowed_IsRefused()
    {
        byte[] recording = TestEvents.AedatOf(Header, 1, 2, 3);
        Assert.Equal(3, AedatReader.Read(recording, new EventLimits { MaxEvents = 3 }).Count);

        var refusal = Assert.Throws<EventDataException>(() => AedatReader.Read(recording, new EventLimits { MaxEvents = 2 }));

        Assert.Equal(EventDataError.TooLarge, refusal.Error);
        Assert.Contains("3 events, and at most 2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToFrames_FewerEventsThanSteps_IsRefused()
    {
        EventRecording recording = AedatReader.Read(TestEvents.AedatOf(Header, 1, 2, 3));
        Assert.Equal(3, recording.ToFrames(3).Counts.Sum());

        var refusal = Assert.Throws<EventDataException>(() => recording.ToFrames(4));

        Assert.Equal(EventDataError.Unfit, refusal.Error);
        Assert.Contains("3 events, too few for 4 time steps", refusal.Message, StringComparison.Ordinal);
    }
}
