namespace SpikingDetector.Core.Checkpoints;

/// <summary>Names and sizes of the element types in a safetensors header.</summary>
internal static class TensorTypes
{
    private static readonly (string Name, TensorType Type, int Size)[] All =
    [
        ("BOOL", TensorType.Bool, 1), ("U8", TensorType.UInt8, 1), ("I8", TensorType.Int8, 1),
        ("U16", TensorType.UInt16, 2), ("I16", TensorType.Int16, 2), ("F16", TensorType.Float16, 2),
        ("BF16", TensorType.BFloat16, 2), ("U32", TensorType.UInt32, 4), ("I32", TensorType.Int32, 4),
        ("F32", TensorType.Float32, 4), ("U64", TensorType.UInt64, 8), ("I64", TensorType.Int64, 8),
        ("F64", TensorType.Float64, 8),
    ];

    public static string Names => string.Join(", ", All.Select(entry => entry.Name));

    public static int Size(TensorType type) => All.First(entry => entry.Type == type).Size;

    public static string Name(TensorType type) => All.First(entry => entry.Type == type).Name;

    public static TensorType? Find(string name)
    {
        foreach ((string known, TensorType type, _) in All)
        {
            if (known == name)
                return type;
        }

        return null;
    }
}
