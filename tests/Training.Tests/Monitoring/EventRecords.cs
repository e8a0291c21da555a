using System.Buffers.Binary;
using System.Text;

namespace SpikingDetector.Training.Tests.Monitoring;

/// <summary>
/// Reads TensorBoard's event files by their specification alone: TFRecord framing, masked CRC-32C bit by bit, and the
/// fields of the messages by their numbers.
/// </summary>
internal static class EventRecords
{
    /// <summary>The scalars of all events in their order.</summary>
    public static IReadOnlyList<(double WallTime, long Step, string Tag, float Value)> Scalars(byte[] file)
    {
        var scalars = new List<(double, long, string, float)>();
        List<byte[]> records = Records(file);
        Assert.Equal("brain.Event:2", Encoding.UTF8.GetString(Fields(records[0]).Single(field => field.Number == 3).Bytes));
        foreach (byte[] record in records.Skip(1))
        {
            List<(int Number, ulong Value, byte[] Bytes)> fields = Fields(record);
            double time = BitConverter.UInt64BitsToDouble(fields.Single(field => field.Number == 1).Value);
            long step = (long)fields.SingleOrDefault(field => field.Number == 2).Value;
            foreach ((_, _, byte[] value) in Fields(fields.Single(field => field.Number == 5).Bytes).Where(field => field.Number == 1))
            {
                List<(int Number, ulong Value, byte[] Bytes)> parts = Fields(value);
                scalars.Add((
                    time,
                    step,
                    Encoding.UTF8.GetString(parts.Single(part => part.Number == 1).Bytes),
                    BitConverter.UInt32BitsToSingle((uint)parts.SingleOrDefault(part => part.Number == 2).Value)));
            }
        }

        return scalars;
    }

    private static List<byte[]> Records(byte[] file)
    {
        var records = new List<byte[]>();
        for (int at = 0; at < file.Length;)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.Equal(MaskedCrc(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            byte[] data = file[(at + 12)..(at + 12 + length)];
            Assert.Equal(MaskedCrc(data), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            records.Add(data);
            at += 16 + length;
        }

        return records;
    }

    private static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        crc = ~crc;
        return unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8);
    }

    private static List<(int Number, ulong Value, byte[] Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, ulong, byte[])>();
        int at = 0;
        while (at < message.Length)
        {
            ulong key = Varint();
            int number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    fields.Add((number, Varint(), []));
                    break;
                case 1:
                    fields.Add((number, BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(at)), []));
                    at += 8;
                    break;
                case 2:
                    int length = (int)Varint();
                    fields.Add((number, 0, message[at..(at + length)]));
                    at += length;
                    break;
                case 5:
                    fields.Add((number, BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(at)), []));
                    at += 4;
                    break;
                default:
                    Assert.Fail($"wire type {key & 7}");
                    break;
            }
        }

        return fields;

        ulong Varint()
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte next = message[at++];
                value |= (ulong)(next & 127) << shift;
                if (next < 128)
                    return value;
            }
        }
    }
}
