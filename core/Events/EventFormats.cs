using System.Buffers.Binary;

namespace SpikingDetector.Core.Events;

/// <summary>Tells the format of event data, by the first bytes or by the file's name.</summary>
public static class EventFormats
{
    /// <summary>The formats' names as a sentence lists them.</summary>
    public const string Names = "AEDAT 2.0 (.aedat) or NumPy event frames (.npy, .npz)";

    private const int ZipNameLengthOffset = 26;
    private const int ZipNameOffset = 30;

    private static readonly string[] Extensions = [".aedat", ".npy", ".npz"];

    /// <summary>
    /// The format that the first bytes announce; null where it is none of those that are read. Of zip archives only those
    /// whose first member is a NumPy array count.
    /// </summary>
    public static EventFormat? Detect(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith("#!AER-DAT"u8))
            return EventFormat.Aedat;
        if (content.StartsWith(NpyHeader.Magic))
            return EventFormat.Npy;
        return content.StartsWith("PK\x03\x04"u8) && FirstMemberName(content).EndsWith(".npy"u8) ? EventFormat.Npz : null;
    }

    /// <summary>Whether the file's name ends like that of event data, in capitals or not.</summary>
    public static bool HasEventName(string path) =>
        Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private static ReadOnlySpan<byte> FirstMemberName(ReadOnlySpan<byte> zip)
    {
        if (zip.Length < ZipNameOffset)
            return [];
        int length = BinaryPrimitives.ReadUInt16LittleEndian(zip[ZipNameLengthOffset..]);
        return zip.Slice(ZipNameOffset, Math.Min(length, zip.Length - ZipNameOffset));
    }
}
