using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SpikingDetector.Training.Neurons.Vectors;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Neurons;

/// <summary>Reading and writing bfloat16 against LibTorch's conversions.</summary>
public sealed unsafe class NumberFormatTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(7)]
    public void BFloat16_RoundsAsLibTorchDoes(int count)
    {
        using var scope = NewDisposeScope();

        // Every pattern of bits is as likely as another: with subnormal numbers, infinities and NaN.
        var bits = new int[16 * 4096];
        var random = new Random(5);
        for (int i = 0; i < bits.Length; i++)
            bits[i] = (int)random.NextInt64(1L << 32);
        float[] special = [0, -0f, 1, float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.Epsilon, float.MaxValue, 1.00390625f, 1.01171875f];
        float[] numbers = [.. MemoryMarshal.Cast<int, float>(bits)];
        special.CopyTo(numbers, 0);
        numbers[special.Length] = BitConverter.Int32BitsToSingle(-1);
        float[] expected = [.. tensor(numbers).to(ScalarType.BFloat16).to(ScalarType.Float32).data<float>()];

        var halves = new ushort[numbers.Length];
        var back = new float[numbers.Length];
        fixed (float* source = numbers, target = back)
        fixed (ushort* memory = halves)
        {
            for (int i = 0; i + 16 <= numbers.Length; i += count)
            {
                BFloat16Format.Store(memory, i, Float32Format.Load(source, i, count), count);
                Float32Format.Store(target, i, BFloat16Format.Load(memory, i, count), count);
            }
        }

        Assert.Equal(expected[..^16], back[..^16]);
    }

    [Fact]
    public void APart_LeavesTheRestAlone()
    {
        ushort[] halves = [.. Enumerable.Repeat((ushort)0x4040, 32)];
        float[] singles = [.. Enumerable.Repeat(3f, 32)];
        fixed (ushort* memory = halves)
        fixed (float* numbers = singles)
        {
            BFloat16Format.Store(memory, 2, Vector512.Create(1f), 5);
            Float32Format.Store(numbers, 2, Vector512.Create(1f), 5);
            Assert.Equal(Vector512.Create(1f, 1f, 1f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), BFloat16Format.Load(memory, 4, 3));
            Assert.Equal(Vector512.Create(1f, 1f, 1f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), Float32Format.Load(numbers, 4, 3));
        }

        Assert.Equal([3f, 3f, 1f, 1f, 1f, 1f, 1f, 3f, 3f], singles[..9]);
        Assert.Equal([0x4040, 0x4040, 0x3f80, 0x3f80, 0x3f80, 0x3f80, 0x3f80, 0x4040, 0x4040], halves[..9].Select(half => (int)half));
    }
}
