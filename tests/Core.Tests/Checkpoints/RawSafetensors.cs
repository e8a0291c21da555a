using System.Buffers.Binary;
using System.Text;

namespace SpikingDetector.Core.Tests.Checkpoints;

/// <summary>Safetensors files put together byte by byte, valid or not.</summary>
internal static class RawSafetensors
{
    /// <summary>Length of the header, the header, and as many bytes of data.</summary>
    public static byte[] Of(string header, int dataLength) => Of(Encoding.UTF8.GetBytes(header), dataLength);

    public static byte[] Of(byte[] header, int dataLength)
    {
        var bytes = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)header.Length);
        header.CopyTo(bytes, 8);
        for (int i = 8 + header.Length; i < bytes.Length; i++)
            bytes[i] = (byte)i;
        return bytes;
    }

    /// <summary>The length of the header of a file's bytes.</summary>
    public static int HeaderLength(byte[] file) => (int)BinaryPrimitives.ReadUInt64LittleEndian(file);

    /// <summary>The header of a file's bytes.</summary>
    public static string Header(byte[] file) => Encoding.UTF8.GetString(file, 8, HeaderLength(file));
}
