using DataType = SpikingDetector.Proto.TensorProto.Types.DataType;

namespace SpikingDetector.Export.Graph;

/// <summary>ONNX names of the element types that this project writes.</summary>
internal static class ElementTypes
{
    public static DataType Of<T>()
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return DataType.Float;
        if (typeof(T) == typeof(Half))
            return DataType.Float16;
        if (typeof(T) == typeof(long))
            return DataType.Int64;
        if (typeof(T) == typeof(byte))
            return DataType.Uint8;
        if (typeof(T) == typeof(sbyte))
            return DataType.Int8;
        if (typeof(T) == typeof(int))
            return DataType.Int32;
        if (typeof(T) == typeof(bool))
            return DataType.Bool;
        throw new NotSupportedException($"Tensors of {typeof(T).Name} are not written.");
    }
}
