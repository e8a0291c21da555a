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

    /// <summary>Drawing and encoding of a picture; dispose of it at its end.</summary>
    public static Activity? Encode() => Source.StartActivity("encode");

    /// <summary>The wait for a model that is over, for the request whose picture waited.</summary>
    /// <param name="request">The request's context: that of <see cref="Activity.Current"/> when the picture was queued.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="start">When it began.</param>
    /// <param name="duration">How long it took.</param>
    public static void Queue(ActivityContext request, string model, DateTimeOffset start, TimeSpan duration)
    {
        using Activity? span = Past("queue", request, model, start, duration);
    }

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
        using Activity? span = Past("inference", request, model, start, duration)?.SetTag("spiking_detector.batch_size", batchSize);
    }

    private static Activity? Past(string name, ActivityContext request, string model, DateTimeOffset start, TimeSpan duration) => Source
        .StartActivity(name, ActivityKind.Internal, request, startTime: start)?
        .SetTag(Model, model)
        .SetEndTime((start + duration).UtcDateTime);
}
