using System.Buffers.Binary;

namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>Mutations that know nothing of what the bytes mean.</summary>
internal static class ByteMutations
{
    public static byte[] Mutate(byte[] bytes, Dice dice)
    {
        if (bytes.Length == 0)
            return dice.Bytes(dice.Below(40));

        (int start, int length) = dice.Part(bytes.Length);
        byte[] before = bytes[..start], part = bytes[start..(start + length)], after = bytes[(start + length)..];
        return dice.Below(10) switch
        {
            0 => [.. before, .. dice.Bytes(length), .. after],
            1 => [.. before, .. after],
            2 => [.. before, .. part, .. part, .. after],
            3 => [.. before, .. dice.Bytes(dice.Below(60)), .. part, .. after],
            4 => before,
            5 => [.. bytes, .. dice.Bytes(dice.Below(300))],
            6 => [.. before, .. new byte[length], .. after],
            7 => [.. after, .. part, .. before],
            8 => Flip(bytes, dice),
            _ => SetNumber(bytes, start, dice),
        };
    }

    /// <summary>Writes an extreme number of one, two or four bytes in either order; what does not fit is left out.</summary>
    public static byte[] SetNumber(byte[] bytes, int start, Dice dice)
    {
        byte[] number = new byte[4];
        uint value = unchecked((uint)dice.Extreme());
        int size = dice.Pick(1, 2, 4);
        if (dice.Chance(50))
            BinaryPrimitives.WriteUInt32LittleEndian(number, value);
        else
            BinaryPrimitives.WriteUInt32BigEndian(number, value << (8 * (4 - size)));
        byte[] changed = [.. bytes];
        number.AsSpan(0, Math.Min(size, bytes.Length - start)).CopyTo(changed.AsSpan(start));
        return changed;
    }

    private static byte[] Flip(byte[] bytes, Dice dice)
    {
        byte[] changed = [.. bytes];
        for (int flips = 1 + dice.Below(8); flips > 0; flips--)
            changed[dice.Below(changed.Length)] ^= (byte)(1 << dice.Below(8));
        return changed;
    }
}
