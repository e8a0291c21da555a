using System.Buffers.Binary;
using SkiaSharp;

namespace SpikingDetector.Core.Images;

/// <summary>
/// Finds the EXIF orientation of a PNG: its eXIf chunk (PNG third edition, 11.3.4.5) holds a TIFF header and a
/// directory of tags (EXIF 2.32, 4.5). What is not as it should be counts as upright, as viewers show it.
/// </summary>
internal static class PngOrientation
{
    private const int SignatureLength = 8;
    private const int ChunkOverhead = 12; // length, type and checksum, four bytes each
    private const int EntryLength = 12;
    private const ushort OrientationTag = 0x0112;
    private const ushort Short = 3;

    public static SKEncodedOrigin Read(ReadOnlySpan<byte> png)
    {
        for (ReadOnlySpan<byte> rest = png[SignatureLength..]; rest.Length >= ChunkOverhead;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - ChunkOverhead)
                break;
            if (rest[4..].StartsWith("eXIf"u8))
                return FromTiff(rest.Slice(8, (int)length));

            rest = rest[(ChunkOverhead + (int)length)..];
        }

        return SKEncodedOrigin.TopLeft;
    }

    private static SKEncodedOrigin FromTiff(ReadOnlySpan<byte> tiff)
    {
        bool bigEndian = tiff.StartsWith("MM"u8);
        if (tiff.Length < 8 || !(bigEndian || tiff.StartsWith("II"u8)))
            return SKEncodedOrigin.TopLeft;

        uint offset = bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]);
        if (offset > tiff.Length - 2)
            return SKEncodedOrigin.TopLeft;

        int count = Word(tiff[(int)offset..], bigEndian);
        ReadOnlySpan<byte> entries = tiff[((int)offset + 2)..];
        for (; count > 0 && entries.Length >= EntryLength; count--, entries = entries[EntryLength..])
        {
            if (Word(entries, bigEndian) == OrientationTag && Word(entries[2..], bigEndian) == Short)
            {
                var origin = (SKEncodedOrigin)Word(entries[8..], bigEndian);
                return Enum.IsDefined(origin) ? origin : SKEncodedOrigin.TopLeft;
            }
        }

        return SKEncodedOrigin.TopLeft;
    }

    private static ushort Word(ReadOnlySpan<byte> bytes, bool bigEndian) => bigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(bytes)
        : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}
