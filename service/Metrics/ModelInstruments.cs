using System.Diagnostics.Metrics;

namespace SpikingDetector.Service.Metrics;

/// <summary>Gauges of the models and their queues, read when <c>/metrics</c> is.</summary>
internal sealed class ModelInstruments
{
    /// <summary>Always told, be there a model of this status or not: an alert cannot see what is absent.</summary>
    private static readonly string[] Statuses = ["ready", "loading", "refused"];

    private readonly IModelGauges _gauges;

    public ModelInstruments(ServiceMeter meter, IModelGauges gauges)
    {
        _gauges = gauges;
        meter.Meter.CreateObservableGauge(
            "spiking_detector.queue.depth", QueueDepths, "{picture}", "Pictures that wait for their model, by model.");
        meter.Meter.CreateObservableGauge(
            "spiking_detector.models", Counts, "{model}", "Models and versions in the folder, by status.");
        meter.Meter.CreateObservableGauge(
            "spiking_detector.model.info", Infos, unit: null, "1 for each model version that is served, with its device and precision.");
    }

    private IEnumerable<Measurement<int>> QueueDepths() =>
        _gauges.QueueDepths.Select(queue => new Measurement<int>(queue.Pictures, Tag("model", queue.Model)));

    private IEnumerable<Measurement<int>> Counts()
    {
        ILookup<string, ModelGauge> byStatus = _gauges.Models.ToLookup(model => model.Status);
        return byStatus.Select(group => group.Key).Union(Statuses)
            .Select(status => new Measurement<int>(byStatus[status].Count(), Tag("status", status)));
    }

    private IEnumerable<Measurement<int>> Infos() =>
        from model in _gauges.Models
        where model.Device is not null
        select new Measurement<int>(
            1,
            Tag("model", model.Name),
            Tag("version", model.Version),
            Tag("device", model.Device),
            Tag("precision", model.Precision ?? "unknown"));

    private static KeyValuePair<string, object?> Tag(string name, string? value) => new(name, value);
}
