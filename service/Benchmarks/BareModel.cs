using System.Diagnostics;
using Microsoft.Extensions.Options;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Inference;
using SpikingDetector.Service.Models;

namespace SpikingDetector.Service.Benchmarks;

/// <summary>The default detector without the service around it, opened as the service opens it.</summary>
internal sealed class BareModel : IDisposable
{
    private readonly ModelSession _session;

    private BareModel(string name, ModelSession session)
    {
        Name = name;
        _session = session;
    }

    /// <summary>Its name and version in the service.</summary>
    public string Name { get; }

    public static BareModel Open(IServiceProvider services)
    {
        using ModelLease lease = services.GetRequiredService<ModelCatalog>().Find(ModelTask.Detection, name: null);
        ServedModel served = lease.Model;
        ModelSessionOptions options = services.GetRequiredService<IOptions<ModelOptions>>().Value.SessionOptions;
        return new BareModel($"{served.Name}, version {served.Version}", ModelSession.Open(served.Session.Path, options));
    }

    /// <summary>Decodes pictures and runs the network on them, one after the other with each caller.</summary>
    /// <param name="pictures">Contents of files, taken in turns.</param>
    /// <param name="callers">Threads that do so at the same time.</param>
    /// <param name="time">No picture is begun after this.</param>
    /// <param name="cancellation">Stops between two pictures.</param>
    /// <returns>Pictures a second.</returns>
    public async Task<double> RunAsync(IReadOnlyList<byte[]> pictures, int callers, TimeSpan time, CancellationToken cancellation)
    {
        int done = 0;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Factory.StartNew(
            Call, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return done / Stopwatch.GetElapsedTime(start).TotalSeconds;

        void Call()
        {
            while (Stopwatch.GetElapsedTime(start) < time)
            {
                using Picture picture = PictureDecoder.DecodeBorrowed(pictures[Interlocked.Increment(ref done) % pictures.Count]);
                _session.Detect(picture, cancellationToken: cancellation);
            }
        }
    }

    public void Dispose() => _session.Dispose();
}
