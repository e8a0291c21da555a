using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Tensorboard;

namespace SpikingDetector.Training.Monitoring;

/// <summary>
/// TensorBoard's event file: TFRecords (length, its masked CRC-32C, an <c>Event</c> message, its masked CRC-32C) after the
/// format of TensorFlow's <c>record_writer.cc</c>. TorchSharp's messages are used but not its writer, which puts the
/// host's name into the file's and a time into its first record that viewers take for the year 240 million.
/// </summary>
internal static class EventFile
{
    /// <summary>One file a training: viewers take every file whose name holds <c>tfevents</c>.</summary>
    public const string Name = "events.out.tfevents.training";

    private const uint MaskDelta = 0xa282ead8;

    /// <summary>The record that a file begins with.</summary>
    public static byte[] Start(DateTime time) => Record(new Event { WallTime = Seconds(time), FileVersion = "brain.Event:2" });

    /// <summary>The record of a line of <c>metrics.jsonl</c>: one event with all of its numbers.</summary>
    public static byte[] Of(JsonObject line)
    {
        var summary = new Summary();
        foreach ((string tag, double value) in MetricNames.Scalars(line))
            summary.Value.Add(new Summary.Types.Value { Tag = tag, SimpleValue = (float)value });
        var time = DateTime.Parse(
            line[MetricNames.Time]!.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
        return Record(new Event { WallTime = Seconds(time), Step = line[MetricNames.Step]!.GetValue<long>(), Summary = summary });
    }

    private static byte[] Record(Event message)
    {
        byte[] data = message.ToByteArray();
        var record = new byte[sizeof(ulong) + sizeof(uint) + data.Length + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(sizeof(ulong)), MaskedCrc(record.AsSpan(0, sizeof(ulong))));
        data.CopyTo(record, sizeof(ulong) + sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(record.Length - sizeof(uint)), MaskedCrc(data));
        return record;
    }

    /// <summary>CRC-32C, rotated and shifted by a constant, as a CRC of data that hold CRCs says little.</summary>
    private static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
            crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }

    private static double Seconds(DateTime time) => (time.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
}
