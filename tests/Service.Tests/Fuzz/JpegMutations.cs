using System.Buffers.Binary;

namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>Mutations of a JPEG by its segments (ITU-T T.81, annex B).</summary>
internal static class JpegMutations
{
    private const byte StartOfFrame = 0xC0, ProgressiveFrame = 0xC2, Huffman = 0xC4, StartOfScan = 0xDA, Quantisation = 0xDB, Exif = 0xE1;

    public static byte[] Mutate(byte[] file, byte[] other, Dice dice)
    {
        List<byte[]> segments = Split(file);
        int place = dice.Below(segments.Count);
        switch (dice.Below(10))
        {
            case 0:
                PartMutations.Mutate(segments, Split(other), dice);
                break;
            case 1:
                segments[place] = Length(segments[place], dice);
                break;
            case 2:
                Change(segments, dice, marker => marker is StartOfFrame or ProgressiveFrame, frame => Frame(frame, dice));
                break;
            case 3:
                Change(segments, dice, marker => marker == StartOfScan, scan => Scan(scan, dice));
                break;
            case 4:
                Change(segments, dice, marker => marker == Exif, exif => Number(exif, 10, dice));
                break;
            case 5:
                Change(segments, dice, marker => marker is Huffman or Quantisation, table => Number(table, 4, dice));
                break;
            case 6:
                segments.Insert(place, [0xFF, 0xDD, 0, 4, (byte)dice.Below(256), (byte)dice.Below(4)]); // Restart interval.
                break;
            case 7:
                Change(segments, dice, marker => marker == StartOfScan, scan => Markers(scan, dice));
                break;
            case 8:
                segments[place] = [0xFF, (byte)(0xC0 + dice.Below(64)), .. segments[place].Skip(2)];
                break;
            default:
                segments[place] = ByteMutations.Mutate(segments[place], dice);
                break;
        }

        return [.. segments.SelectMany(segment => segment)];
    }

    /// <summary>The start, each segment, and with that of a scan its data.</summary>
    public static List<byte[]> Split(byte[] file)
    {
        var segments = new List<byte[]>();
        int start = 0;
        for (int i = 2; i + 1 < file.Length; i++)
        {
            bool isMarker = file[i] == 0xFF && file[i + 1] is not (0 or 0xFF or (>= 0xD0 and <= 0xD7));
            if (!isMarker)
                continue;
            segments.Add(file[start..i]);
            start = i;
            if (i + 3 < file.Length && file[i + 1] is not (0xD8 or 0xD9))
                i += Math.Max(1, 1 + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(i + 2)));
        }

        segments.Add(file[start..]);
        return segments;
    }

    private static void Change(List<byte[]> segments, Dice dice, Func<byte, bool> kind, Func<byte[], byte[]> change)
    {
        int[] places = [.. Enumerable.Range(0, segments.Count).Where(i => segments[i].Length > 4 && kind(segments[i][1]))];
        if (places.Length == 0)
            return;
        int place = dice.Pick(places);
        segments[place] = change([.. segments[place]]);
    }

    private static byte[] Length(byte[] segment, Dice dice)
    {
        byte[] changed = [.. segment];
        if (changed.Length >= 4)
            BinaryPrimitives.WriteUInt16BigEndian(changed.AsSpan(2), unchecked((ushort)dice.Extreme()));
        return changed;
    }

    /// <summary>Precision, height, width, components and their sampling.</summary>
    private static byte[] Frame(byte[] frame, Dice dice)
    {
        int place = dice.Pick(4, 5, 7, 9, 10, 11, 13, 14);
        if (place is 5 or 7)
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(place), unchecked((ushort)dice.Extreme()));
        else if (place < frame.Length)
            frame[place] = (byte)dice.Pick(0, 1, 2, 3, 4, 8, 12, 16, 0x11, 0x44, 0x14, 0xFF, dice.Below(256));
        return frame;
    }

    /// <summary>Components and their tables, spectral selection, successive approximation.</summary>
    private static byte[] Scan(byte[] scan, Dice dice)
    {
        int header = Math.Min(2 + BinaryPrimitives.ReadUInt16BigEndian(scan.AsSpan(2)), scan.Length);
        scan[4 + dice.Below(header - 4)] = (byte)dice.Pick(0, 1, 2, 3, 0x11, 0x33, 63, 64, 0xFF, dice.Below(256));
        return scan;
    }

    private static byte[] Markers(byte[] scan, Dice dice)
    {
        for (int i = dice.Pick(1, 3, 30); i > 0; i--)
        {
            int place = 4 + dice.Below(scan.Length - 5);
            (scan[place], scan[place + 1]) = (0xFF, (byte)dice.Pick(0xD0 + dice.Below(10), 0xC4, 0xFE, 0xFF, 0x01));
        }

        return scan;
    }

    private static byte[] Number(byte[] segment, int from, Dice dice) =>
        segment.Length <= from ? segment : ByteMutations.SetNumber(segment, from + dice.Below(segment.Length - from), dice);
}
