using Google.Protobuf;
using SpikingDetector.Core;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Specs;
using SpikingDetector.Inference;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Energy;

/// <summary>Measures on pictures or recordings how many spikes enter the layers of an exported network.</summary>
internal sealed class RateMeasurement : IDisposable
{
    private readonly ModelSession _session;
    private readonly int _layers;
    private readonly EventPreparation? _events;

    /// <param name="model">The exporter's graph, to which outputs are added.</param>
    /// <param name="layers">Module paths.</param>
    /// <param name="path">The graph's file.</param>
    /// <exception cref="InvalidInputException">The graph is not as the exporter makes them.</exception>
    public RateMeasurement(ModelProto model, IReadOnlyList<string> layers, string path)
    {
        InputRates.Attach(model, layers, path);
        _session = ModelSession.Open(model.ToByteArray(), path);
        _layers = layers.Count;
        _events = _session.Spec.Input is EventInputSpec ? new EventPreparation(_session.Spec) : null;
    }

    /// <summary>The mean rate of each layer over all samples.</summary>
    /// <param name="samples">At least one.</param>
    /// <param name="progress">Is told how many are done.</param>
    /// <param name="cancellation">Stops the run.</param>
    /// <exception cref="InvalidInputException">A file is unusable.</exception>
    public IReadOnlyList<double> Run(
        IReadOnlyList<SampleSource> samples, Action<int> progress, CancellationToken cancellation)
    {
        int batch = _session.FixedBatch ?? 1;
        var sums = new double[_layers];
        int done = 0;
        foreach (SampleSource[] group in samples.Chunk(batch))
        {
            AddRun(group, sums, cancellation);
            progress(done += group.Length);
        }

        return [.. sums.Select(sum => sum / samples.Count)];
    }

    public void Dispose() => _session.Dispose();

    private void AddRun(SampleSource[] samples, double[] sums, CancellationToken cancellation)
    {
        using InputBatch input = Read(samples);
        using ModelOutputs outputs = _session.Run(input, [InputRates.Name], cancellation);
        ReadOnlySpan<float> rates = outputs.Floats(InputRates.Name);
        for (int i = 0; i < samples.Length * _layers; i++)
            sums[i % _layers] += rates[i];
    }

    private InputBatch Read(SampleSource[] samples)
    {
        if (_events is not null)
        {
            EventBatch recordings = _session.CreateEventBatch(samples.Length);
            foreach (SampleSource sample in samples)
                recordings.Add(_events.ReadFile(sample.Path).Counts);
            return recordings;
        }

        PictureBatch pictures = _session.CreateBatch(samples.Length);
        foreach (SampleSource sample in samples)
            pictures.Add(sample.ReadPicture());
        return pictures;
    }
}
