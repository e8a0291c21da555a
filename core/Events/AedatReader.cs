using System.Buffers.Binary;
using System.Text;

namespace SpikingDetector.Core.Events;

/// <summary>
/// Reads recordings of a 128×128 sensor in AEDAT 2.0, the format of CIFAR10-DVS (Li et al. 2017): a first line
/// <c>#!AER-DAT2.0</c>, more lines that begin with <c>#</c>, then for each event a big-endian address and time, 32 bits
/// each. The address holds the polarity in bit 0, x in bits 1 to 7 and y in bits 8 to 14; an event with any other bit is
/// of another sensor or no pixel's, and its recording is refused.
/// </summary>
public static class AedatReader
{
    private const int EventBytes = 8;
    private const uint AddressBits = 0x7FFF;
    private const int LastPixel = EventRecording.Side - 1;

    private static ReadOnlySpan<byte> FirstLine => "#!AER-DAT2.0"u8;

    /// <summary>Reads a whole file's bytes.</summary>
    /// <param name="content">The file.</param>
    /// <param name="limits">How large it may be; <see cref="EventLimits.Default"/> unless given.</param>
    /// <param name="name">What complaints call it.</param>
    /// <exception cref="EventDataException">It is of another format or sensor, too large, cut short, or has no events.</exception>
    public static EventRecording Read(ReadOnlySpan<byte> content, EventLimits? limits = null, string name = "The recording")
    {
        limits ??= EventLimits.Default;
        ReadOnlySpan<byte> events = SkipHeader(content, name);
        if (events.Length % EventBytes != 0)
        {
            throw Damaged(
                name,
                $"it has {events.Length} bytes of events, which is no multiple of {EventBytes}: it was cut short or its header is damaged");
        }

        int count = events.Length / EventBytes;
        if (count == 0)
            throw Damaged(name, "it has no events");
        if (count > limits.MaxEvents)
        {
            throw new EventDataException(
                EventDataError.TooLarge, $"{name} has {count} events, and at most {limits.MaxEvents} are read: cut it first.");
        }

        var places = new ushort[count];
        for (int i = 0; i < count; i++)
        {
            uint address = BinaryPrimitives.ReadUInt32BigEndian(events[(i * EventBytes)..]);
            if ((address & ~AddressBits) != 0)
            {
                throw Damaged(
                    name,
                    $"the address 0x{address:X8} of event {i} is no pixel of a {EventRecording.Side}×{EventRecording.Side} sensor");
            }

            places[i] = PlaceOf(address);
        }

        return new EventRecording(places, name);
    }

    /// <summary>
    /// CIFAR10-DVS counts rows where the sensor counts columns and the reverse, both from the other end, and its polarity
    /// is the opposite of the bit.
    /// </summary>
    private static ushort PlaceOf(uint address)
    {
        int rawX = (int)((address & 0xFE) >> 1);
        int rawY = (int)((address & 0x7F00) >> 8);
        int rawPolarity = (int)(address & 1);
        return EventRecording.Place(1 - rawPolarity, LastPixel - rawX, LastPixel - rawY);
    }

    private static ReadOnlySpan<byte> SkipHeader(ReadOnlySpan<byte> content, string name)
    {
        if (content.IsEmpty)
            throw new EventDataException(EventDataError.Empty, $"{name} is empty: 0 bytes.");
        int end = content.IndexOf((byte)'\n');
        ReadOnlySpan<byte> first = (end < 0 ? content : content[..end]).TrimEnd(" \r"u8);
        if (!first.SequenceEqual(FirstLine))
        {
            string found = first.StartsWith("#!AER-DAT"u8) && first.Length <= 20 ? $", not {Encoding.Latin1.GetString(first)}" : "";
            throw new EventDataException(
                EventDataError.UnsupportedFormat,
                $"{name} is no AEDAT 2.0 recording: expected {Encoding.Latin1.GetString(FirstLine)} as its first line{found}.");
        }

        ReadOnlySpan<byte> rest = content;
        while (rest.StartsWith("#"u8))
        {
            end = rest.IndexOf((byte)'\n');
            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return rest;
    }

    private static EventDataException Damaged(string name, string reason) =>
        new(EventDataError.Damaged, $"{name} cannot be read as AEDAT 2.0: {reason}.");
}
