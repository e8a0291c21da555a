using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>Addresses of tensors in memory of the processor.</summary>
internal static unsafe class Memory
{
    /// <summary>
    /// The address of a tensor that is contiguous or, with four dimensions, channels-last; valid as long as the tensor lives.
    /// </summary>
    public static void* Of(Tensor dense)
    {
        using Tensor contiguous = dense.ndim == 4 ? dense.permute(0, 2, 3, 1) : dense.alias();
        return Unsafe.AsPointer(ref MemoryMarshal.GetReference(contiguous.bytes));
    }
}
