using SpikingDetector.Training.Neurons.Vectors;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Neurons;

/// <summary>Blocks of work shared among threads.</summary>
public sealed class ProcessorTeamTests : IDisposable
{
    private readonly int _threads = get_num_threads();

    public void Dispose() => set_num_threads(_threads);

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 1)]
    [InlineData(2, 1000)]
    [InlineData(3, 0)]
    [InlineData(4, 7)]
    public void EveryBlock_RunsOnce(int threads, int blocks)
    {
        set_num_threads(threads);
        var runs = new int[blocks];
        ProcessorTeam.Run(blocks, block => Interlocked.Increment(ref runs[block]));
        Assert.All(runs, count => Assert.Equal(1, count));
    }

    [Fact]
    public void SeveralThreads_TakePart()
    {
        set_num_threads(2);
        var seen = new HashSet<int>();

        // The first two blocks wait for each other.
        using var meeting = new Barrier(2);
        ProcessorTeam.Run(2, _ =>
        {
            Assert.True(meeting.SignalAndWait(TimeSpan.FromSeconds(60)));
            lock (seen)
                seen.Add(Environment.CurrentManagedThreadId);
        });
        Assert.Equal(2, seen.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AFailure_ReachesTheCaller(int threads)
    {
        set_num_threads(threads);
        Exception failure = Assert.ThrowsAny<Exception>(() => ProcessorTeam.Run(4, block => throw new ArithmeticException($"block {block}")));
        Assert.IsType<ArithmeticException>(failure.GetBaseException());
    }
}
