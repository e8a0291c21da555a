using System.Text;

namespace SpikingDetector.Core.Data;

/// <summary>
/// Writes whole files: what is under the name is the old content or the new, never a part. Content goes to a
/// temporary file in the same folder, is flushed to the disk and renamed over the name; the temporary file is removed
/// where anything fails. Missing folders are made.
/// </summary>
/// <remarks>
/// Every method throws <see cref="InvalidInputException"/> where the name is a folder's, and
/// <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where the system refuses.
/// </remarks>
public static class AtomicFile
{
    /// <summary>Names of the temporary files, which a kill leaves behind.</summary>
    public const string TemporaryPattern = ".*.tmp";

    private const int BufferSize = 1 << 16;

    /// <summary>Writes <paramref name="content"/> under <paramref name="path"/>.</summary>
    public static void WriteAllBytes(string path, ReadOnlySpan<byte> content)
    {
        using var file = new PendingFile(path);
        file.Stream.Write(content);
        file.Commit();
    }

    /// <summary>Writes <paramref name="text"/> as UTF-8 without a byte order mark.</summary>
    public static void WriteAllText(string path, string text) => WriteAllBytes(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Lets <paramref name="write"/> fill the file; an exception from it leaves the old content.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var file = new PendingFile(path);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>Lets <paramref name="write"/> fill the file; an exception from it leaves the old content.</summary>
    public static async Task WriteAsync(
        string path, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var file = new PendingFile(path);
        await write(file.Stream, cancellationToken).ConfigureAwait(false);
        file.Commit();
    }

    private sealed class PendingFile : IDisposable
    {
        private readonly string _path;
        private readonly string _temporaryPath;
        private bool _committed;

        public PendingFile(string path)
        {
            ArgumentException.ThrowIfNullOrEmpty(path);
            _path = Path.GetFullPath(path);
            if (Directory.Exists(_path))
                throw new InvalidInputException($"Cannot write {path}: it is a folder; give the name of a file.");

            string folder = Path.GetDirectoryName(_path)!;
            if (File.Exists(folder))
                throw new InvalidInputException($"Cannot write {path}: {folder} is a file, not a folder; give another place.");
            Directory.CreateDirectory(folder);
            _temporaryPath = Path.Combine(folder, $".{Path.GetFileName(_path)}.{Path.GetRandomFileName()}.tmp");
            Stream = new FileStream(_temporaryPath, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize);
        }

        public FileStream Stream { get; }

        public void Commit()
        {
            Stream.Flush(flushToDisk: true);
            Stream.Dispose();
            File.Move(_temporaryPath, _path, overwrite: true);
            _committed = true;
        }

        public void Dispose()
        {
            if (_committed)
                return;

            try
            {
                Stream.Dispose();
            }
            finally
            {
                File.Delete(_temporaryPath);
            }
        }
    }
}
