using System.Runtime.InteropServices;
using Microsoft.Extensions.Time.Testing;
using SpikingDetector.Service.Hosting;

namespace SpikingDetector.Service.Tests.Hosting;

public sealed class GlibcHeapTests
{
    /// <summary>Blocks of 1 KB, of which every hundredth stays: without a trim all of their pages do.</summary>
    [Fact]
    public async Task Holes_AreGivenBack_AfterTenSeconds()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "glibc is Linux's.");
        const int Count = 200_000;
        var time = new FakeTimeProvider();
        using var trimming = new GlibcHeapTrimming(time);
        await trimming.StartAsync(TestContext.Current.CancellationToken);

        long full, trimmed;
        nint[] kept = Fill(Count);
        try
        {
            full = Environment.WorkingSet;
            time.Advance(TimeSpan.FromSeconds(10));
            trimmed = Environment.WorkingSet;
        }
        finally
        {
            Free(kept);
        }

        Assert.InRange(full - trimmed, Count * 1024L / 2, long.MaxValue);
    }

    private static unsafe nint[] Fill(int count)
    {
        var blocks = new nint[count];
        for (int i = 0; i < count; i++)
        {
            blocks[i] = (nint)NativeMemory.Alloc(1024);
            new Span<byte>((void*)blocks[i], 1024).Fill(1);
        }

        for (int i = 0; i < count; i++)
        {
            if (i % 100 != 0)
                NativeMemory.Free((void*)blocks[i]);
        }

        return [.. blocks.Where((_, i) => i % 100 == 0)];
    }

    private static unsafe void Free(nint[] blocks)
    {
        foreach (nint block in blocks)
            NativeMemory.Free((void*)block);
    }
}
