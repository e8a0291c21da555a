using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace SpikingDetector.Core.Events;

/// <summary>
/// Reads event frames from NumPy's archive (.npz), a zip whose member frames.npy is an array file, as SpikingJelly stores
/// them. The archive may claim anything: its directory is bounded before it is read, and a member is unpacked no further
/// than the largest frames need.
/// </summary>
internal static class NpzReader
{
    private const string Member = "frames.npy";
    private const int LargestDirectory = 1 << 16;
    private const int LargestElement = sizeof(double);
    private const int LargestHeader = 1 << 16;

    /// <exception cref="EventDataException">It is damaged, too large, or has no array "frames" of counts.</exception>
    public static EventFrames Read(ReadOnlySpan<byte> content, EventLimits limits, string name)
    {
        byte[] array;
        try
        {
            CheckDirectory(content);
            using var archive = new ZipArchive(new MemoryStream(content.ToArray(), writable: false));
            ZipArchiveEntry entry = archive.GetEntry(Member)
                ?? throw new InvalidDataException(
                    $"it has no array 'frames', only {string.Join(", ", archive.Entries.Take(10).Select(other => $"'{Path.ChangeExtension(other.FullName, null)}'"))}");
            array = Unpack(entry, limits, name);
        }
        catch (InvalidDataException exception)
        {
            throw new EventDataException(
                EventDataError.Damaged, $"{name} cannot be read as a NumPy archive: {exception.Message.TrimEnd('.')}.", exception);
        }

        return array.AsSpan().StartsWith(NpyHeader.Magic)
            ? NpyReader.Read(array, limits, $"The array 'frames' of {name}")
            : throw new EventDataException(EventDataError.Damaged, $"{name} cannot be read as a NumPy archive: '{Member}' is no array file.");
    }

    /// <summary>
    /// The directory stands at the end, where its size and place are told (APPNOTE.TXT, 4.3.16). Each of its entries
    /// costs memory many times its size, so an archive of very many is refused before they are listed.
    /// </summary>
    private static void CheckDirectory(ReadOnlySpan<byte> content)
    {
        const int recordSize = 22, sizeOffset = 12, placeOffset = 16;
        ReadOnlySpan<byte> record = content.Length < recordSize ? [] : content[^recordSize..];
        if (!record.StartsWith("PK\x05\x06"u8))
            throw new InvalidDataException("its end is missing: it was cut short");

        uint size = BinaryPrimitives.ReadUInt32LittleEndian(record[sizeOffset..]);
        uint place = BinaryPrimitives.ReadUInt32LittleEndian(record[placeOffset..]);
        if ((long)place + size != content.Length - recordSize)
            throw new InvalidDataException("its directory is not where it says");
        if (size > LargestDirectory)
            throw new InvalidDataException("it holds very many members; expected one array 'frames'");
    }

    private static byte[] Unpack(ZipArchiveEntry entry, EventLimits limits, string name)
    {
        long most = (long)limits.MaxCounts * LargestElement + LargestHeader;
        using Stream packed = entry.Open();
        using var unpacked = new MemoryStream();
        var checksum = new Crc32();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = packed.Read(buffer)) > 0;)
        {
            if (unpacked.Length + read > most)
            {
                throw new EventDataException(
                    EventDataError.TooLarge,
                    $"The array 'frames' of {name} unpacks to more than the {most} bytes that {limits.MaxCounts} counts can take.");
            }

            checksum.Append(buffer.AsSpan(0, read));
            unpacked.Write(buffer, 0, read);
        }

        return checksum.GetCurrentHashAsUInt32() == entry.Crc32
            ? unpacked.ToArray()
            : throw new InvalidDataException($"the checksum of '{Member}' is wrong: it is damaged");
    }
}
