using Serilog.Core;
using Serilog.Events;

namespace SpikingDetector.Service.Tracing;

/// <summary>
/// Adds the request's id to what is logged for it, and takes the address away that the framework adds: it is the client's text.
/// </summary>
internal sealed class CorrelationEnricher : ILogEventEnricher
{
    private const string Property = "CorrelationId";
    private const string Address = "RequestPath";

    private static readonly AsyncLocal<string?> Id = new();

    /// <summary>What is logged from here on, in whatever this flow of work calls, is for this request.</summary>
    public static void Begin(string id) => Id.Value = id;

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        logEvent.RemovePropertyIfPresent(Address);
        if (Id.Value is { } id)
            logEvent.AddOrUpdateProperty(new LogEventProperty(Property, new ScalarValue(id)));
    }
}
