using System.Buffers.Binary;
using System.Text;

namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>Mutations of a WebP by its chunks, and of the headers of its two codecs (RFC 9649, RFC 6386).</summary>
internal static class WebPMutations
{
    private const int RiffLength = 12;

    public static byte[] Mutate(byte[] file, byte[] other, Dice dice)
    {
        List<byte[]> chunks = Split(file);
        int place = dice.Below(chunks.Count);
        bool sizeLies = false;
        switch (dice.Below(7))
        {
            case 0:
                PartMutations.Mutate(chunks, Split(other), dice);
                break;
            case 1:
                BinaryPrimitives.WriteUInt32LittleEndian(chunks[place].AsSpan(4), unchecked((uint)dice.Extreme()));
                break;
            case 2:
                // VP8's frame tag, start code and sides; VP8L's signature and sides; VP8X's flags and canvas: all in the first bytes.
                chunks[place] = ByteMutations.SetNumber(chunks[place], Math.Min(8 + dice.Below(10), chunks[place].Length - 1), dice);
                break;
            case 3:
                chunks[place] = [.. Encoding.ASCII.GetBytes(dice.Pick("VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP", "EXIF", "XMP ")), .. chunks[place][4..]];
                break;
            case 4:
                sizeLies = true;
                break;
            case 5:
                chunks.Insert(place, Extended(dice));
                break;
            default:
                chunks[place] = [.. chunks[place][..8], .. ByteMutations.Mutate(chunks[place][8..], dice)];
                break;
        }

        byte[] mutated = [.. file[..RiffLength], .. chunks.SelectMany(chunk => chunk)];
        BinaryPrimitives.WriteUInt32LittleEndian(mutated.AsSpan(4), sizeLies ? unchecked((uint)dice.Extreme()) : (uint)mutated.Length - 8);
        return mutated;
    }

    /// <summary>A header with any flags and any canvas.</summary>
    private static byte[] Extended(Dice dice)
    {
        byte[] chunk = [.. "VP8X"u8, 10, 0, 0, 0, (byte)dice.Below(256), 0, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(chunk.AsSpan(12), unchecked((ushort)dice.Extreme()));
        BinaryPrimitives.WriteUInt16LittleEndian(chunk.AsSpan(15), unchecked((ushort)dice.Extreme()));
        return chunk;
    }

    private static List<byte[]> Split(byte[] file)
    {
        var chunks = new List<byte[]>();
        for (int start = RiffLength; start + 8 <= file.Length;)
        {
            int end = start + 8 + ((BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(start + 4)) + 1) & ~1);
            chunks.Add(file[start..Math.Min(end, file.Length)]);
            start = end;
        }

        return chunks;
    }
}
