using System.Diagnostics;

namespace SpikingDetector.Service.Tracing;

/// <summary>
/// The spans of a request's phases. They are made only where somebody listens (OTLP); else every method here returns null at once,
/// which <c>using</c> takes.
/// </summary>
internal static class ServiceTracing
{
    public const string SourceName = "SpikingDetector.Service";

    private const string Model = "spiking_detector.model";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>From a file to the network's input; dispose of it at its end.</summary>
    public static Activity? Decode() => Source.StartActivity("decode");

    /// <summary>Waiting for a model; dispose of it at its end.</summary>
    public static Activity? Queue(string model) => Source.StartActivity("queue")?.SetTag(Model, model);

    /// <summary>Drawing and encoding of a picture; dispose of it at its end.</summary>
    public static Activity? Encode() => Source.StartActivity("encode");

    /// <summary>
    /// A run that is over, for one of the requests whose pictures it held: the run itself is on a thread that belongs to none of them.
    /// </summary>
    /// <param name="request">The request's context: that of <see cref="Activity.Current"/> when the picture was queued.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="batchSize">Pictures of the run.</param>
    /// <param name="start">When it began.</param>
    /// <param name="duration">How long it took.</param>
    public static void Inference(ActivityContext request, string model, int batchSize, DateTimeOffset start, TimeSpan duration)
    {
        using Activity? span = Source.StartActivity("inference", ActivityKind.Internal, request, startTime: start);
        span?.SetTag(Model, model).SetTag("spiking_detector.batch_size", batchSize).SetEndTime((start + duration).UtcDateTime);
    }
}
