using Microsoft.Extensions.Options;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Work;

/// <summary>
/// How many uploads are in the service at all, from their first byte to their answer, whatever the protocol: what bounds the
/// memory that they take.
/// </summary>
internal sealed class PlacesInFlight(IOptions<WorkOptions> work) : IDisposable
{
    private readonly Places _places = new(work.Value.MaxInFlight);

    /// <summary>A place for an upload; dispose of it when it is answered.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public Places.Place Take() => _places.TryTake() ?? throw new ProblemException(
        ProblemType.Full,
        $"The service already has {work.Value.MaxInFlight} pictures at work: try again in a moment.",
        TimeSpan.FromSeconds(work.Value.RetryAfterSeconds));

    /// <summary>A place for an upload for this model, unless its queue is full already: then nothing could be done with it.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public Places.Place TakeFor(ServedModel model)
    {
        model.Queue.RefuseIfFull();
        return Take();
    }

    /// <summary>Waits for a place.</summary>
    public Task<Places.Place> TakeAsync(CancellationToken cancellationToken) => _places.TakeAsync(cancellationToken);

    public void Dispose() => _places.Dispose();
}
