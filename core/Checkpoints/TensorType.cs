namespace SpikingDetector.Core.Checkpoints;

/// <summary>Element types of the safetensors format.</summary>
public enum TensorType
{
    Bool,
    UInt8,
    Int8,
    UInt16,
    Int16,
    Float16,
    BFloat16,
    UInt32,
    Int32,
    Float32,
    UInt64,
    Int64,
    Float64,
}
