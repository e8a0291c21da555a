using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Google.Protobuf;
using SpikingDetector.Core;
using SpikingDetector.Proto;
using DataType = SpikingDetector.Proto.TensorProto.Types.DataType;

namespace SpikingDetector.Export.Graph;

/// <summary>The constants of a graph; those of equal type, shape and content are stored once where they are shared.</summary>
internal sealed class InitializerTable(bool shares)
{
    // A protobuf message cannot be larger than 2 GiB; nodes and names need far less than the rest.
    private const long LargestTotal = int.MaxValue - (64L << 20);

    private readonly Dictionary<string, Value> _byContent = [];
    private readonly List<TensorProto> _tensors = [];
    private long _totalBytes;

    public IReadOnlyList<TensorProto> Tensors => _tensors;

    /// <summary>Stores a tensor, or finds the one with the same content where they are shared.</summary>
    /// <param name="chooseName">Called where the tensor is new.</param>
    /// <param name="elements">Row-major.</param>
    /// <param name="shape">Empty for a scalar.</param>
    public Value Add<T>(Func<string> chooseName, ReadOnlySpan<T> elements, ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        long count = 1;
        foreach (long side in shape)
            count *= side;
        if (count != elements.Length)
            throw new ArgumentException($"{elements.Length} elements do not fill the shape [{string.Join(", ", shape.ToArray())}].");

        DataType type = ElementTypes.Of<T>();
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(elements);
        string key = $"{type} {string.Join(',', shape.ToArray())} {Convert.ToHexString(SHA256.HashData(bytes))}";
        if (shares && _byContent.TryGetValue(key, out Value known))
            return known;

        _totalBytes += bytes.Length;
        if (_totalBytes > LargestTotal)
        {
            throw new InvalidInputException(
                "The network's weights are larger than the 2 GiB that an ONNX file can hold; give it fewer channels.");
        }

        var tensor = new TensorProto { Name = chooseName(), DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        foreach (long side in shape)
            tensor.Dims.Add(side);
        _tensors.Add(tensor);
        var value = new Value(tensor.Name);
        _byContent[key] = value;
        return value;
    }
}
