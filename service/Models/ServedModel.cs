using SpikingDetector.Core.Specs;
using SpikingDetector.Inference;
using SpikingDetector.Service.Batching;

namespace SpikingDetector.Service.Models;

/// <summary>
/// A model that has answered its warm-up. It is closed when the catalog no longer lists it and no request holds a
/// <see cref="ModelLease"/> of it any more.
/// </summary>
internal sealed class ServedModel
{
    private readonly ModelSession _session;
    private int _holders = 1; // The catalog.

    /// <param name="name">What requests call it.</param>
    /// <param name="version">Its version.</param>
    /// <param name="session">The open file; closed with this.</param>
    /// <param name="queue">What waits for it; closed with this.</param>
    public ServedModel(string name, string version, ModelSession session, ModelQueue queue)
    {
        Name = name;
        Version = version;
        _session = session;
        Queue = queue;
        Task = session.Spec.Task.ToString().ToLowerInvariant();
        CategoryNames = [.. session.Spec.Categories.Select(category => category.Name)];
    }

    public string Name { get; }

    public string Version { get; }

    public ModelQueue Queue { get; }

    public ModelSession Session => _session;

    public ModelSpec Spec => _session.Spec;

    /// <summary>detection or classification.</summary>
    public string Task { get; }

    /// <summary>Whether it takes event data; else it takes pictures.</summary>
    public bool TakesEvents => Spec.Input is EventInputSpec;

    /// <summary>Detection: the name of each category index; else empty.</summary>
    public IReadOnlyList<string> CategoryNames { get; }

    /// <summary>Keeps it open until the lease is disposed of; null where it has been closed already.</summary>
    public ModelLease? TryLease()
    {
        int holders = Volatile.Read(ref _holders);
        while (holders > 0)
        {
            int found = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (found == holders)
                return new ModelLease(this);
            holders = found;
        }

        return null;
    }

    /// <summary>One holder less: the catalog when it takes the model off its list, or a lease.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
            return;
        Queue.Dispose();
        _session.Dispose();
    }
}
