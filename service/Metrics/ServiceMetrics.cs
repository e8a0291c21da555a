using System.Diagnostics.Metrics;

namespace SpikingDetector.Service.Metrics;

/// <summary>
/// What happened, for <c>/metrics</c> and OTLP. Nothing here is allocated for a call. Models, tasks and problem types are sets
/// that the operator or the program bounds: text of clients never becomes a label.
/// </summary>
internal sealed class ServiceMetrics(ServiceMeter meter)
{
    private const string Model = "model";

    private readonly Counter<long> _pictures = meter.Counter(
        "spiking_detector.pictures", "{picture}", "Pictures and recordings answered, by model and task.");

    private readonly Counter<long> _rejections = meter.Counter(
        "spiking_detector.rejections", "{request}", "Requests answered with an error, by the type of the problem.");

    private readonly Histogram<long> _bytes = meter.Sizes(
        "spiking_detector.picture.size", "By", "Size of the files that were decoded.", PowersOf(4, from: 1 << 10, count: 8));

    private readonly Histogram<long> _pixels = meter.Sizes(
        "spiking_detector.picture.pixels", "{pixel}", "Pixels of the pictures that were decoded.", PowersOf(4, from: 1 << 12, count: 8));

    private readonly Histogram<double> _decode = meter.Duration(
        "spiking_detector.decode.duration", "Time from a file to the network's input.");

    private readonly Histogram<double> _queueWait = meter.Duration(
        "spiking_detector.queue.wait", "Time that a picture waited for its model, by model.");

    private readonly Histogram<double> _batchWait = meter.Duration(
        "spiking_detector.batch.wait", "Time that a batch waited for more pictures, by model.");

    private readonly Histogram<long> _batchSize = meter.Sizes(
        "spiking_detector.batch.size", "{picture}", "Pictures of one run, by model.", PowersOf(2, from: 1, count: 8));

    private readonly Histogram<double> _inference = meter.Duration(
        "spiking_detector.inference.duration", "Time of one run of a network over a batch, by model.");

    private readonly Histogram<double> _encode = meter.Duration(
        "spiking_detector.encode.duration", "Time to draw and encode a picture that is answered.");

    private readonly Histogram<double> _firingRate = meter.Rates(
        "spiking_detector.firing_rate", "Mean firing rate of the pictures that were asked about with activity=true, by model.");

    /// <summary>A file has become a network's input.</summary>
    /// <param name="duration">How long that took.</param>
    /// <param name="bytes">Size of the file.</param>
    /// <param name="pixels">Width times height of the picture; null for a recording.</param>
    public void PictureDecoded(TimeSpan duration, long bytes, long? pixels)
    {
        _decode.Record(duration.TotalSeconds);
        _bytes.Record(bytes);
        if (pixels is { } count)
            _pixels.Record(count);
    }

    /// <summary>A decoded picture has been taken from its model's queue after this time.</summary>
    public void Waited(string model, TimeSpan duration) => _queueWait.Record(duration.TotalSeconds, Tag(Model, model));

    /// <summary>A network has run.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="size">Pictures of the batch.</param>
    /// <param name="wait">How long its first picture was held back for more to come; zero where there is no such delay.</param>
    /// <param name="inference">How long the run took.</param>
    public void BatchRun(string model, int size, TimeSpan wait, TimeSpan inference)
    {
        KeyValuePair<string, object?> tag = Tag(Model, model);
        _batchSize.Record(size, tag);
        _batchWait.Record(wait.TotalSeconds, tag);
        _inference.Record(inference.TotalSeconds, tag);
    }

    /// <summary>A picture has been drawn and encoded for the answer.</summary>
    public void Encoded(TimeSpan duration) => _encode.Record(duration.TotalSeconds);

    /// <summary>A picture or recording has its answer.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="task">Its task as the model file calls it: detection or classification.</param>
    public void PictureAnswered(string model, string task) => _pictures.Add(1, Tag(Model, model), Tag("task", task));

    /// <summary>A picture or recording was answered with its spike activity.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="rate">Mean spikes per neuron and time step, 0…1.</param>
    public void Fired(string model, double rate) => _firingRate.Record(rate, Tag(Model, model));

    /// <summary>A request was answered with a problem.</summary>
    /// <param name="reason">Name of the problem's type.</param>
    public void Rejected(string reason) => _rejections.Add(1, Tag("reason", reason));

    /// <summary>Tells a reason at once, with a count of 0: what appears with its first case is no rise to Prometheus.</summary>
    public void Expect(string reason) => _rejections.Add(0, Tag("reason", reason));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private static long[] PowersOf(int factor, long from, int count) =>
        [.. Enumerable.Range(0, count).Select(power => from * (long)Math.Pow(factor, power))];
}
