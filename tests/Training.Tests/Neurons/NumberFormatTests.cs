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
                NumberPart.Store<BFloat16Format>(memory, i, NumberPart.Load<Float32Format>(source, i, count), count);
                NumberPart.Store<Float32Format>(target, i, NumberPart.Load<BFloat16Format>(memory, i, count), count);
            }
        }

        Assert.Equal(expected[..^16], back[..^16]);
    }

    [Fact]
    public void WhatTheFormatHoldsExactly_IsWrittenAsItIs()
    {
        float[] numbers = [0, 1, 2, 3, 127, 128, 255, 256, -0f, 0.5f, -1.5f, 65536, 0.00390625f, 10, 11, 12];
        var halves = new ushort[16];
        fixed (float* source = numbers)
        fixed (ushort* memory = halves)
        {
            BFloat16Format.StoreExact(memory, 0, Vector512.Load(source));
            Assert.Equal(Vector512.Load(source), BFloat16Format.Load(memory, 0));
        }
    }

    [Fact]
    public void APart_LeavesTheRestAlone()
    {
        ushort[] halves = [.. Enumerable.Repeat((ushort)0x4040, 32)];
        float[] singles = [.. Enumerable.Repeat(3f, 32)];
        fixed (ushort* memory = halves)
        fixed (float* numbers = singles)
        {
            NumberPart.Store<BFloat16Format>(memory, 2, Vector512.Create(1f), 5);
            NumberPart.Store<Float32Format>(numbers, 2, Vector512.Create(1f), 5);
            Assert.Equal(Vector512.Create(1f, 1f, 1f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), NumberPart.Load<BFloat16Format>(memory, 4, 3));
            Assert.Equal(Vector512.Create(1f, 1f, 1f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), NumberPart.Load<Float32Format>(numbers, 4, 3));
        }

        Assert.Equal([3f, 3f, 1f, 1f, 1f, 1f, 1f, 3f, 3f], singles[..9]);
        Assert.Equal([0x4040, 0x4040, 0x3f80, 0x3f80, 0x3f80, 0x3f80, 0x3f80, 0x4040, 0x4040], halves[..9].Select(half => (int)half));
    }
}
