using System.Buffers.Binary;

namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>Mutations of a BMP's headers, palette, masks and runs.</summary>
internal static class BmpMutations
{
    /// <summary>File size, start of the pixels, header size, sides, planes and bits, compression, size of the data, colours, masks.</summary>
    private static readonly int[] Fields = [2, 10, 14, 18, 22, 26, 28, 30, 34, 46, 50, 54, 58, 62, 66];

    public static byte[] Mutate(byte[] file, byte[] other, Dice dice)
    {
        byte[] mutated = [.. file];
        int pixels = Math.Min(BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(10)), file.Length);
        switch (dice.Below(6))
        {
            case 0 or 1:
                int field = dice.Pick(Fields);
                if (field is 26 or 28)
                    BinaryPrimitives.WriteUInt16LittleEndian(mutated.AsSpan(field), (ushort)dice.Pick(0, 1, 2, 4, 8, 15, 16, 24, 32, 64, 65_535));
                else if (field == 30)
                    BinaryPrimitives.WriteUInt32LittleEndian(mutated.AsSpan(field), (uint)dice.Below(8));
                else
                    BinaryPrimitives.WriteUInt32LittleEndian(mutated.AsSpan(field), unchecked((uint)(dice.Chance(30) ? -dice.Extreme() : dice.Extreme())));
                return mutated;
            case 2:
                return [.. file[..pixels], .. other.Skip(pixels)];
            case 3:
                return [.. file[..pixels], .. Runs(dice)];
            default:
                return [.. file[..pixels], .. ByteMutations.Mutate(file[pixels..], dice)];
        }
    }

    /// <summary>Run-length data full of ends of line, moves beyond the edges and literals that do not end.</summary>
    private static byte[] Runs(Dice dice) =>
        [.. Enumerable.Range(0, dice.Below(200)).SelectMany(_ => dice.Pick<byte[]>(
            [0, 0], [0, 2, (byte)dice.Below(256), (byte)dice.Below(256)], [0, (byte)(3 + dice.Below(253))], [255, (byte)dice.Below(256)], [0, 1], dice.Bytes(2)))];
}
