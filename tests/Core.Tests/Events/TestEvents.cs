using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace SpikingDetector.Core.Tests.Events;

/// <summary>Writes event files for tests.</summary>
internal static class TestEvents
{
    private const string Header = "#!AER-DAT2.0\r\n# made by a test\r\n";

    /// <summary>A recording of events given as they appear in frames.</summary>
    public static byte[] Aedat(IEnumerable<(int X, int Y, int Polarity)> events) =>
        AedatOf(Header, [.. events.Select(place => Address(place.X, place.Y, place.Polarity))]);

    /// <summary>A recording of raw addresses.</summary>
    public static byte[] AedatOf(string header, params uint[] addresses)
    {
        byte[] start = Encoding.Latin1.GetBytes(header);
        var file = new byte[start.Length + 8 * addresses.Length];
        start.CopyTo(file, 0);
        for (int i = 0; i < addresses.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(start.Length + 8 * i), addresses[i]);
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(start.Length + 8 * i + 4), (uint)(100 * i));
        }

        return file;
    }

    /// <summary>
    /// As many events as asked for of one polarity each, scattered over a square of the sensor: kinds of recordings that a
    /// network can tell apart, or not.
    /// </summary>
    public static byte[] Square(int left, int top, int side, int events, int seed)
    {
        var random = new Random(seed);
        return Aedat(Enumerable.Range(0, events).Select(_ => (left + random.Next(side), top + random.Next(side), random.Next(2))));
    }

    /// <summary>An array file of float32 counts.</summary>
    public static byte[] Npy(float[] values, params int[] shape) => Npy("<f4", shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>An array file in NumPy's format version 1.0.</summary>
    public static byte[] Npy(string type, int[] shape, byte[] data) =>
        NpyOf($"{{'descr': '{type}', 'fortran_order': False, 'shape': ({string.Join(", ", shape)},), }}", data);

    /// <summary>An array file with any header text.</summary>
    public static byte[] NpyOf(string header, byte[] data, byte version = 1)
    {
        byte[] text = Encoding.Latin1.GetBytes(header.PadRight(100) + "\n");
        byte[] length = BitConverter.GetBytes(text.Length)[..(version == 1 ? 2 : 4)];
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. data];
    }

    /// <summary>An archive of these members.</summary>
    public static byte[] Zip(params (string Name, byte[] Content)[] members)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in members)
            {
                using Stream member = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                member.Write(content);
            }
        }

        return stream.ToArray();
    }

    private static uint Address(int x, int y, int polarity) => (uint)(((127 - x) << 8) | ((127 - y) << 1) | (1 - polarity));
}
