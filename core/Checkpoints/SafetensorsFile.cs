using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SpikingDetector.Core.Checkpoints;

/// <summary>
/// A safetensors file, memory-mapped: 8 bytes little-endian header length, JSON header, raw tensors
/// (the format of Hugging Face's safetensors). Opening checks the whole header; reading copies one tensor.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long _dataStart;

    private SafetensorsFile(string path, MemoryMappedFile file, MemoryMappedViewAccessor view, SafetensorsHeader header, long dataStart)
    {
        Path = path;
        _file = file;
        _view = view;
        _dataStart = dataStart;
        Metadata = header.Metadata;
        Tensors = header.Tensors;
    }

    public string Path { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>Opens a file and checks its header against its size.</summary>
    /// <exception cref="InvalidInputException">The file is missing, cut short, or its header lies.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (!File.Exists(path))
            throw new InvalidInputException($"There is no file '{path}'; expected a .safetensors file.");
        long length = new FileInfo(path).Length;
        if (length < 8)
            throw new InvalidInputException($"{path}: {length} bytes are too few for a safetensors file; it is empty or was cut short.");

        MemoryMappedFile? file = null;
        MemoryMappedViewAccessor? view = null;
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            var prefix = new byte[8];
            view.ReadArray(0, prefix, 0, 8);
            ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
            if (headerLength == 0)
                throw new InvalidInputException($"{path}: the header is empty; the file is no safetensors file.");
            if (headerLength > SafetensorsHeader.MaxLength || (long)headerLength > length - 8)
            {
                throw new InvalidInputException(
                    $"{path}: the header claims {headerLength} bytes, but the file has {length - 8} after its first 8 "
                    + $"(and a header is at most {SafetensorsHeader.MaxLength}): it was cut short or is no safetensors file.");
            }

            var json = new byte[(int)headerLength];
            view.ReadArray(8, json, 0, json.Length);
            long dataStart = 8 + (long)headerLength;
            SafetensorsHeader header = SafetensorsHeader.Parse(json, length - dataStart, path);
            return new SafetensorsFile(path, file, view, header, dataStart);
        }
        catch
        {
            view?.Dispose();
            file?.Dispose();
            throw;
        }
    }

    /// <summary>The bytes of a tensor, row-major and little-endian.</summary>
    /// <exception cref="InvalidInputException">There is no such tensor, or it is of 2 GiB or more.</exception>
    public byte[] ReadBytes(string name)
    {
        TensorEntry entry = Find(name);
        if (entry.End - entry.Begin > Array.MaxLength)
            throw new InvalidInputException($"{Path}: tensor '{name}' has {entry.End - entry.Begin} bytes; at most {Array.MaxLength} can be read.");
        var bytes = new byte[entry.End - entry.Begin];

        // An empty tensor may stand at the very end of the file, where the view refuses to read even nothing.
        if (bytes.Length > 0)
            _view.ReadArray(_dataStart + entry.Begin, bytes, 0, bytes.Length);
        return bytes;
    }

    /// <summary>The values of a float32 tensor, row-major.</summary>
    public float[] ReadSingles(string name) => Read<float>(name, TensorType.Float32);

    /// <summary>The values of an int64 tensor, row-major.</summary>
    public long[] ReadInt64s(string name) => Read<long>(name, TensorType.Int64);

    /// <summary>The SHA-256 of the whole file in lower-case hexadecimal.</summary>
    public string ComputeSha256()
    {
        using FileStream stream = File.OpenRead(Path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private T[] Read<T>(string name, TensorType expected)
        where T : unmanaged
    {
        TensorEntry entry = Find(name);
        if (entry.Type != expected)
            throw new InvalidInputException($"{Path}: tensor '{name}' must be {TensorTypes.Name(expected)}, but is {TensorTypes.Name(entry.Type)}.");
        return MemoryMarshal.Cast<byte, T>(ReadBytes(name)).ToArray();
    }

    private TensorEntry Find(string name) => Tensors.TryGetValue(name, out TensorEntry? entry)
        ? entry
        : throw new InvalidInputException($"{Path}: there is no tensor '{name}'.");
}
