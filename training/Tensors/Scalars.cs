using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tensors;

/// <summary>
/// Numbers as TorchSharp's native scalars that outlive the calls they are used in. TorchSharp (0.107) hands a scalar's native
/// handle to LibTorch without keeping the object alive, so an implicit one, as in <c>x * 0.5f</c> and inside <c>x + y</c>
/// (which adds 1·y), can be freed by a garbage collection during the call. Therefore no code here makes one: constants are
/// <see cref="Of(double)"/>, sums <see cref="Plus(Tensor, Tensor)"/>, and a number that changes is
/// <c>using Scalar rate = Scalars.New(…)</c>, where the disposal keeps it alive over the call.
/// </summary>
internal static class Scalars
{
    private static readonly ConcurrentDictionary<double, Scalar> Numbers = new();
    private static readonly ConcurrentDictionary<long, Scalar> WholeNumbers = new();

    public static Scalar One { get; } = Of(1);

    /// <summary>A constant, held for ever: not for values that change from step to step, see <see cref="New"/>.</summary>
    public static Scalar Of(double value) => Numbers.GetOrAdd(value, static number => number);

    /// <summary>A whole constant, which leaves the type of whole-numbered tensors as it is.</summary>
    public static Scalar Of(long value) => WholeNumbers.GetOrAdd(value, static number => number);

    /// <summary>A number for the calls up to its disposal by the caller, which must not be left to the collector.</summary>
    public static Scalar New(double value) => value;

    /// <summary>left + right, elementwise.</summary>
    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, One);

    /// <summary>left + right, elementwise.</summary>
    public static Tensor Plus(this Tensor left, Scalar right) => left.add(right, One);

    /// <summary>left − right, elementwise.</summary>
    public static Tensor Minus(this Scalar left, Tensor right)
    {
        using Tensor negative = right.negative();
        return negative.add(left, One);
    }
}
