using System.Collections.Concurrent;

namespace SpikingDetector.Training.Data;

/// <summary>Which samples of a data set turned out to be damaged or unreadable; safe to use from several threads.</summary>
internal sealed class UnreadableSamples
{
    private readonly ConcurrentDictionary<int, string> _reasons = new();
    private readonly ConcurrentQueue<string> _news = new();

    /// <summary>How many are known.</summary>
    public int Count => _reasons.Count;

    public bool Contains(int index) => _reasons.ContainsKey(index);

    public void Add(int index, string reason)
    {
        if (_reasons.TryAdd(index, reason))
            _news.Enqueue(reason);
    }

    /// <summary>Hands each reason on once.</summary>
    public void Tell(Action<string> listener)
    {
        while (_news.TryDequeue(out string? reason))
            listener(reason);
    }
}
