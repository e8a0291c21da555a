using SpikingDetector.Service.Models;

namespace SpikingDetector.Service.Metrics;

/// <summary>What the catalog knows of its models.</summary>
internal sealed class CatalogGauges(ModelCatalog catalog) : IModelGauges
{
    public IEnumerable<QueueDepth> QueueDepths => catalog.Entries
        .Select(entry => entry.Model)
        .OfType<ServedModel>()
        .GroupBy(model => model.Name)
        .Select(versions => new QueueDepth(versions.Key, versions.Sum(model => model.Queue.Depth)));

    public IEnumerable<ModelGauge> Models => catalog.Entries.Select(entry => new ModelGauge(
        entry.File.Name,
        entry.File.Version,
        Lower(entry.Status),
        entry.Model is { } model ? Lower(model.Session.Device) : null,
        entry.Model?.Session.Metadata.Precision));

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
