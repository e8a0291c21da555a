using System.Diagnostics;
using SpikingDetector.Core;

namespace SpikingDetector.Training.Data;

/// <summary>
/// The batches of an epoch, made beside the training and a few ahead of it, several samples at a time. The same seed gives
/// the same batches, whatever the timing and the number of workers.
/// </summary>
/// <param name="inputs">The samples.</param>
/// <param name="batchSize">Samples of a batch.</param>
/// <param name="seed">Order and augmentation follow from it.</param>
/// <param name="workers">
/// Samples made at the same time at most; unless given, one fewer than there are processors, which the training's own thread
/// keeps. Work stops where the next batches are ready.
/// </param>
internal sealed class BatchLoader(InputSource inputs, int batchSize, int seed, int? workers = null)
{
    private const int Ahead = 4;

    private readonly TaskScheduler _scheduler = new ConcurrentExclusiveSchedulerPair(
        TaskScheduler.Default, workers ?? Math.Max(1, Environment.ProcessorCount - 1)).ConcurrentScheduler;

    private readonly Stopwatch _wait = new();

    /// <summary>
    /// Which process this is of how many: it makes an equal part of each batch of an epoch, and every so-manieth batch of
    /// those in order. The whole unless set.
    /// </summary>
    public (int Index, int Count) Share { get; init; } = (0, 1);

    /// <summary>Batches of a training epoch. A last batch that is not full is left out unless it is the only one.</summary>
    public int BatchesPerEpoch { get; } = Math.Max(1, inputs.Count / batchSize);

    /// <summary>How long those who take batches have waited for them, all epochs together.</summary>
    public TimeSpan Waited => _wait.Elapsed;

    /// <summary>How many samples could not be read so far.</summary>
    public int UnreadableCount => inputs.Unreadable.Count;

    /// <summary>Hears once of each sample that is passed over because it cannot be read, on the thread that takes batches.</summary>
    public Action<string> OnUnreadable { get; set; } = _ => { };

    /// <summary>How many pictures or recordings there are.</summary>
    public int Samples => inputs.Count;

    /// <summary>The batches of an epoch from a given one on, shuffled and augmented.</summary>
    public IEnumerable<Batch> Epoch(int epoch, int firstBatch, CancellationToken cancellation) =>
        Load(BatchesOf(epoch).Skip(firstBatch), index => SeededRandom.For(seed, epoch, index), cancellation);

    /// <summary>All samples once, in order.</summary>
    public IEnumerable<Batch> InOrder(CancellationToken cancellation) =>
        Load(Enumerable.Range(0, inputs.Count).Chunk(batchSize).Where((_, i) => i % Share.Count == Share.Index), index => SeededRandom.For(seed, 0, index), cancellation);

    /// <summary>The samples of each batch of an epoch.</summary>
    private IEnumerable<int[]> BatchesOf(int epoch) =>
        SeededRandom.Order(seed, epoch, inputs.Count).Chunk(batchSize).Take(BatchesPerEpoch).Select(PartOf);

    private int[] PartOf(int[] batch)
    {
        int size = batch.Length / Share.Count;
        return size > 0
            ? batch[(Share.Index * size)..((Share.Index + 1) * size)]
            : throw new InvalidInputException($"There are {inputs.Count} samples to train on, fewer than the {Share.Count} processes.");
    }

    private IEnumerable<Batch> Load(IEnumerable<int[]> batches, Func<int, Random> random, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var begun = new Queue<Task<Batch?>>();
        bool any = false;
        bool asked = false;
        try
        {
            using IEnumerator<int[]> next = batches.GetEnumerator();
            while (true)
            {
                while (begun.Count < Ahead && next.MoveNext())
                {
                    asked = true;
                    begun.Enqueue(Make(next.Current, random, stop.Token));
                }

                if (begun.Count == 0)
                    break;
                Batch? batch = WaitFor(begun.Peek(), cancellation);
                begun.Dequeue();
                inputs.Unreadable.Tell(OnUnreadable);
                if (batch is null)
                    continue;
                any = true;
                yield return batch;
            }
        }
        finally
        {
            // Who takes the batches may leave early; nobody may go on making them then.
            stop.Cancel();
            Task.WhenAll(begun).ContinueWith(_ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
        }

        if (asked && !any)
            throw new InvalidInputException("Not one of the samples can be read.");
    }

    private Batch? WaitFor(Task<Batch?> batch, CancellationToken cancellation)
    {
        _wait.Start();
        try
        {
            return batch.WaitAsync(cancellation).GetAwaiter().GetResult();
        }
        finally
        {
            _wait.Stop();
        }
    }

    /// <summary>Makes a batch without the samples that are left out; null where none is left.</summary>
    private async Task<Batch?> Make(int[] indices, Func<int, Random> random, CancellationToken cancellation)
    {
        SampleInput?[] made = await Task.WhenAll(indices.Select(index => Task.Factory.StartNew(
            () => inputs.Make(index, random(index)), cancellation, TaskCreationOptions.None, _scheduler))).ConfigureAwait(false);
        int[] kept = [.. Enumerable.Range(0, made.Length).Where(i => made[i] is not null)];
        return kept.Length == 0 ? null : inputs.Join([.. kept.Select(i => made[i]!)], [.. kept.Select(i => indices[i])]);
    }
}
