using System.Buffers.Binary;
using SpikingDetector.Core.Events;

namespace SpikingDetector.Core.Tests.Events;

/// <summary>What is wrong with .npy and .npz files, by accident or on purpose.</summary>
public sealed class EventFrameFileTests
{
    private static readonly int[] Shape = [1, 2, 2, 2];
    private static readonly float[] Counts = [0, 1, 2, 3, 4, 5, 6, 0.5f];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Npy_OfEveryVersionAndKeyOrder_IsRead(byte version)
    {
        byte[] data = TestEvents.Npy(Counts, Shape)[^32..];
        byte[] file = TestEvents.NpyOf("{\"shape\":(1,2,2,2),'fortran_order':False , 'descr': \"<f4\"}", data, version);

        Assert.Equal(Counts, Npy(file).Counts);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(-1f)]
    [InlineData(-1e-30f)]
    [InlineData(16_777_218f)]
    public void Npy_WhatIsNoCount_IsRefused(float value) =>
        AssertRefused(() => Npy(TestEvents.Npy([0, 0, 0, value, 0, 0, 0, 0], Shape)), EventDataError.Damaged, "count 3 is");

    [Theory]
    [InlineData("4, 2, 2")]
    [InlineData("1, 3, 2, 2")]
    [InlineData("1, 1, 2, 2, 2")]
    [InlineData("0, 2, 2, 2")]
    [InlineData("")]
    public void Npy_OfAnotherShape_IsRefused(string shape) => AssertRefused(
        () => Npy(TestEvents.NpyOf($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape}), }}", new byte[32])),
        EventDataError.Damaged,
        "(time steps, 2, height, width) was expected");

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 2, -2), }", "header is damaged")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 2, 99999999999), }", "no usable 'shape'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': 5}", "header is damaged")]
    [InlineData("{'descr': '<f4', 'fortran_order': 'no', 'shape': (1, 2, 2, 2)}", "no usable 'fortran_order'")]
    [InlineData("{'descr': True, 'fortran_order': False, 'shape': (1, 2, 2, 2)}", "no usable 'descr'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "no usable 'shape'")]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (1, 2, 2, 2)}", "element type is '<u2'")]
    [InlineData("{'descr': '', 'fortran_order': False, 'shape': (1, 2, 2, 2)}", "element type is ''")]
    [InlineData("{'descr': '<f4'", "header is damaged")]
    [InlineData("", "header is damaged")]
    public void Npy_WithBadHeader_IsRefused(string header, string says) =>
        AssertRefused(() => Npy(TestEvents.NpyOf(header, new byte[32])), EventDataError.Damaged, says);

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Npy_OfAnotherLength_IsRefused(int difference)
    {
        byte[] file = TestEvents.Npy(Counts, Shape);
        Array.Resize(ref file, file.Length + difference);
        AssertRefused(() => Npy(file), EventDataError.Damaged, "32 bytes of numbers were expected");
    }

    [Fact]
    public void Npy_ThatClaimsMuchMemory_IsRefusedWithoutTakingIt()
    {
        byte[] file = TestEvents.NpyOf("{'descr': '|u1', 'fortran_order': False, 'shape': (1000, 2, 65536, 65536)}", []);
        AssertTakesLittle(() => AssertRefused(() => Npy(file), EventDataError.TooLarge, "(1000, 2, 65536, 65536)"));

        byte[] longHeader = [0x93, .. "NUMPY"u8, 2, 0, 0xFF, 0xFF, 0xFF, 0xFF, .. new byte[20]];
        AssertTakesLittle(() => AssertRefused(() => Npy(longHeader), EventDataError.Damaged, "claims 4294967295 bytes"));
    }

    [Fact]
    public void Npz_ThatUnpacksToMuch_IsStoppedAtTheLimit()
    {
        byte[] bomb = TestEvents.Zip(("frames.npy", new byte[50_000_000]));
        Assert.True(bomb.Length < 1_000_000);

        AssertTakesLittle(() => AssertRefused(
            () => NpzReader.Read(bomb, new EventLimits { MaxCounts = 8 }, "a.npz"), EventDataError.TooLarge, "unpacks to more"));
    }

    [Fact]
    public void Npz_OfVeryManyMembers_IsRefusedBeforeTheyAreListed()
    {
        byte[] many = TestEvents.Zip([.. Enumerable.Range(0, 2000).Select(i => ($"{i}.npy", new byte[1]))]);
        AssertRefused(() => NpzReader.Read(many, EventLimits.Default, "a.npz"), EventDataError.Damaged, "very many members");

        // The end says that the directory is small, but it is not.
        BinaryPrimitives.WriteUInt32LittleEndian(many.AsSpan(many.Length - 10), 46);
        AssertRefused(() => NpzReader.Read(many, EventLimits.Default, "a.npz"), EventDataError.Damaged, "not where it says");
    }

    [Fact]
    public void Npz_WhoseFramesAreNoArray_IsRefused() => AssertRefused(
        () => NpzReader.Read(TestEvents.Zip(("frames.npy", new byte[100])), EventLimits.Default, "a.npz"), EventDataError.Damaged, "no array file");

    [Fact]
    public void Npz_WithAnyDamage_IsRefusedOrReadAsItWas()
    {
        byte[] whole = TestEvents.Zip(("frames.npy", TestEvents.Npy(Counts, Shape)));
        Assert.Equal(Counts, NpzReader.Read(whole, EventLimits.Default, "a.npz").Counts);

        for (int i = 0; i < whole.Length; i++)
        {
            AssertRefusedOrEqual(whole[..i]);
            foreach (byte change in (byte[])[0x01, 0x80, 0xFF])
            {
                byte[] damaged = [.. whole];
                damaged[i] ^= change;
                AssertRefusedOrEqual(damaged);
            }
        }

        static void AssertRefusedOrEqual(byte[] file)
        {
            try
            {
                Assert.Equal(Counts, NpzReader.Read(file, EventLimits.Default, "a.npz").Counts);
            }
            catch (EventDataException)
            {
                // Refused with a sentence, as it should be.
            }
        }
    }

    [Fact]
    public void Npy_CutAnywhere_IsRefused()
    {
        byte[] whole = TestEvents.Npy(Counts, Shape);
        for (int length = 0; length < whole.Length; length++)
            Assert.Throws<EventDataException>(() => Npy(whole[..length]));
    }

    private static EventFrames Npy(byte[] file) => NpyReader.Read(file, EventLimits.Default, "a.npy");

    private static void AssertRefused(Func<EventFrames> read, EventDataError error, string says)
    {
        var refusal = Assert.Throws<EventDataException>(read);
        Assert.Equal(error, refusal.Error);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }

    private static void AssertTakesLittle(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }
}
