namespace SpikingDetector.Service.Models;

/// <summary>By what a file that was written anew is told from the one before.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="WrittenAt">When it was last written to.</param>
internal readonly record struct FileStamp(long Length, DateTime WrittenAt)
{
    /// <summary>That of a file; null where it is gone.</summary>
    public static FileStamp? Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc) : null;
    }
}
