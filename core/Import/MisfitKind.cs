namespace SpikingDetector.Core.Import;

/// <summary>Why a tensor keeps a state dictionary from fitting a spec.</summary>
public enum MisfitKind
{
    /// <summary>The spec's network needs it and the source has none.</summary>
    Missing,

    /// <summary>The source has it and the spec's network has no place for it.</summary>
    Extra,

    /// <summary>Several tensors of the source claim one place.</summary>
    Duplicate,

    Shape,

    /// <summary>Not a floating-point type.</summary>
    Type,

    /// <summary>NaN, infinite, beyond float32, or a negative variance.</summary>
    Value,
}
