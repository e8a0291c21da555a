using SpikingDetector.Core;
using SpikingDetector.Core.Data;

namespace SpikingDetector.Service.Load;

/// <summary>Reads the files that are sent.</summary>
internal static class LoadFiles
{
    private const long MostBytes = 512L << 20;

    /// <summary>Contents of files, and of all pictures and recordings at any depth of folders.</summary>
    /// <exception cref="InvalidInputException">There is no such file or folder, nothing in it, or too much for the memory.</exception>
    public static IReadOnlyList<byte[]> Read(IReadOnlyList<string> paths)
    {
        string[] files = [.. paths.SelectMany(Files)];
        if (files.Sum(file => new FileInfo(file).Length) > MostBytes)
        {
            throw new InvalidInputException(
                $"The {files.Length} files have more than {MostBytes >> 20} MiB, which are held in memory: give fewer of them.");
        }

        return [.. files.Select(File.ReadAllBytes)];
    }

    private static string[] Files(string path)
    {
        if (File.Exists(path))
            return [path];
        if (!Directory.Exists(path))
            throw new InvalidInputException($"There is no file or folder {path}; expected pictures or recordings.");

        string[] files = [.. FolderListing.PicturesBelow(path), .. FolderListing.FilesBelow(path, ClassFileKind.Events)];
        return files.Length > 0
            ? files
            : throw new InvalidInputException($"The folder {path} holds no picture and no recording.");
    }
}
