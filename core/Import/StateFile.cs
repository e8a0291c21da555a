using System.Buffers;
using SpikingDetector.Core.Checkpoints;

namespace SpikingDetector.Core.Import;

/// <summary>Opens a state dictionary that Python saved as safetensors.</summary>
public static class StateFile
{
    private const string Conversion =
        "convert it in Python: import torch; from safetensors.torch import save_file; "
        + "state = torch.load(\"model.pth\", map_location=\"cpu\", weights_only=True); "
        + "save_file({name: tensor.contiguous() for name, tensor in state.items()}, \"state.safetensors\")";

    /// <summary>How torch.save begins: a zip archive since PyTorch 1.6, before that a pickle of protocol 2 or later.</summary>
    private static readonly byte[] Zip = "PK\u0003\u0004"u8.ToArray();
    private static readonly SearchValues<byte> PickleProtocols = SearchValues.Create(2, 3, 4, 5);

    /// <summary>Opens the file and checks its header.</summary>
    /// <exception cref="InvalidInputException">
    /// The file is missing, is no safetensors file, or is one of PyTorch's own, which is never unpickled: loading a pickle runs
    /// whatever code is in it.
    /// </exception>
    public static SafetensorsFile Open(string path)
    {
        if (IsPickle(path))
        {
            throw new InvalidInputException(
                $"{path} was written by torch.save, which is not read here because loading it can run code; {Conversion}.");
        }

        return SafetensorsFile.Open(path);
    }

    private static bool IsPickle(string path)
    {
        if (!File.Exists(path))
            return false;
        Span<byte> start = stackalloc byte[4];
        using FileStream stream = File.OpenRead(path);
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read < start.Length)
            return false;

        // A pickle begins with the opcode PROTO and its version. Read as the length of a safetensors header, these four
        // bytes with the opcode that follows (mark, frame, long, dict) may be possible, but the header's '{' comes at byte 8.
        return start.SequenceEqual(Zip) || (start[0] == 0x80 && PickleProtocols.Contains(start[1]) && !HasJsonHeader(stream));
    }

    private static bool HasJsonHeader(FileStream stream)
    {
        stream.Position = 8;
        return stream.ReadByte() == '{';
    }
}
