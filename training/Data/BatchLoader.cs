using System.Collections.Concurrent;

namespace SpikingDetector.Training.Data;

/// <summary>
/// The batches of an epoch, made on a thread beside the training and a few ahead of it. The same seed gives the same
/// batches, whatever the timing.
/// </summary>
internal sealed class BatchLoader(InputSource inputs, int batchSize, int seed)
{
    private const int Ahead = 4;

    /// <summary>Batches of a training epoch. A last batch that is not full is left out unless it is the only one.</summary>
    public int BatchesPerEpoch { get; } = Math.Max(1, inputs.Count / batchSize);

    /// <summary>The batches of an epoch from a given one on, shuffled and augmented.</summary>
    public IEnumerable<Batch> Epoch(int epoch, int firstBatch, CancellationToken cancellation)
    {
        int[] order = SeededRandom.Order(seed, epoch, inputs.Count);
        IEnumerable<int[]> batches = order.Chunk(batchSize).Take(BatchesPerEpoch).Skip(firstBatch);
        return Load(batches, index => SeededRandom.For(seed, epoch, index), cancellation);
    }

    /// <summary>All samples once, in order.</summary>
    public IEnumerable<Batch> InOrder(CancellationToken cancellation) =>
        Load(Enumerable.Range(0, inputs.Count).Chunk(batchSize), index => SeededRandom.For(seed, 0, index), cancellation);

    private IEnumerable<Batch> Load(IEnumerable<int[]> batches, Func<int, Random> random, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var ready = new BlockingCollection<Batch>(Ahead);
        Task producer = Task.Run(Produce, CancellationToken.None);
        try
        {
            foreach (Batch batch in ready.GetConsumingEnumerable(cancellation))
                yield return batch;
            producer.GetAwaiter().GetResult();
        }
        finally
        {
            // The consumer may leave early; the producer must not outlive the collection.
            stop.Cancel();
            ((IAsyncResult)producer).AsyncWaitHandle.WaitOne();
        }

        void Produce()
        {
            try
            {
                foreach (int[] indices in batches)
                    ready.Add(Make(indices, random), stop.Token);
            }
            finally
            {
                ready.CompleteAdding();
            }
        }
    }

    private Batch Make(int[] indices, Func<int, Random> random)
    {
        int bytes = inputs.ByteCount;
        var input = new byte[indices.Length * bytes];
        var targets = new Target[indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            int index = indices[i];
            targets[i] = inputs.Make(index, random(index), input.AsSpan(i * bytes, bytes));
        }

        return new Batch(indices.Length, input, targets);
    }
}
