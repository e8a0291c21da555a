using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>Mutations of a PNG by its chunks, whose checksums are put right so that the decoder gets deeper.</summary>
internal static class PngMutations
{
    private const int SignatureLength = 8;

    private static readonly string[] Kinds =
        ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "iCCP", "zTXt", "iTXt", "tEXt", "eXIf", "acTL", "fcTL", "fdAT", "sBIT", "bKGD", "hIST", "gAMA", "cHRM", "pHYs"];

    public static byte[] Mutate(byte[] file, byte[] other, Dice dice)
    {
        List<byte[]> chunks = Split(file);
        int place = dice.Below(chunks.Count);
        byte[] kind = KindOf(chunks[place]), data = DataOf(chunks[place]);
        switch (dice.Below(9))
        {
            case 0:
                PartMutations.Mutate(chunks, Split(other), dice);
                break;
            case 1:
                chunks[0] = Chunk(KindOf(chunks[0]), Header(DataOf(chunks[0]), dice));
                break;
            case 2:
                ChangeRows(chunks, dice);
                break;
            case 3:
                chunks[place] = Chunk(System.Text.Encoding.ASCII.GetBytes(dice.Pick(Kinds)), data);
                break;
            case 4:
                chunks.Insert(place, Chunk("iCCP"u8, [.. "name\0\0"u8, .. Deflate(dice.Chance(30) ? new byte[1 << 20] : dice.Bytes(200))]));
                break;
            case 5:
                chunks.Insert(place, Chunk(System.Text.Encoding.ASCII.GetBytes(dice.Pick(Kinds)), dice.Bytes(dice.Below(60))));
                break;
            case 6:
                BinaryPrimitives.WriteUInt32BigEndian(chunks[place], unchecked((uint)dice.Extreme())); // The length lies.
                break;
            default:
                chunks[place] = Chunk(kind, ByteMutations.Mutate(data, dice));
                break;
        }

        return [.. file[..SignatureLength], .. chunks.SelectMany(chunk => chunk)];
    }

    /// <summary>A chunk with the checksum that belongs to it.</summary>
    public static byte[] Chunk(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> data)
    {
        byte[] chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        kind.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.HashToUInt32(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    public static byte[] Deflate(byte[] data)
    {
        using var stream = new MemoryStream();
        using (var zlib = new ZLibStream(stream, CompressionLevel.Fastest))
            zlib.Write(data);
        return stream.ToArray();
    }

    private static List<byte[]> Split(byte[] file)
    {
        var chunks = new List<byte[]>();
        for (int start = SignatureLength; start + 12 <= file.Length;)
        {
            int end = start + 12 + BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(start));
            chunks.Add(file[start..end]);
            start = end;
        }

        return chunks;
    }

    private static byte[] KindOf(byte[] chunk) => chunk[4..8];

    private static byte[] DataOf(byte[] chunk) => chunk[8..^4];

    /// <summary>Width, height, bits, colour type, compression, filter, interlace.</summary>
    private static byte[] Header(byte[] header, Dice dice)
    {
        int place = dice.Below(7);
        if (place < 2)
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4 * place), unchecked((uint)dice.Extreme()));
        else
            header[6 + place] = (byte)dice.Pick(0, 1, 2, 3, 4, 6, 8, 16, dice.Below(256));
        return header;
    }

    /// <summary>Mutates the rows behind the compression, filters among them, or how many there are.</summary>
    private static void ChangeRows(List<byte[]> chunks, Dice dice)
    {
        int place = chunks.FindIndex(chunk => KindOf(chunk).AsSpan().SequenceEqual("IDAT"u8));
        if (place < 0)
            return;
        using var packed = new MemoryStream(DataOf(chunks[place]));
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        using var rows = new MemoryStream();
        zlib.CopyTo(rows);
        chunks[place] = Chunk("IDAT"u8, Deflate(ByteMutations.Mutate(rows.ToArray(), dice)));
    }
}
