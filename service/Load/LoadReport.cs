using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace SpikingDetector.Service.Load;

/// <summary>A load's figures for people and for programs.</summary>
internal static class LoadReport
{
    private static readonly (string Name, double Share)[] Percentiles =
        [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999), ("max", 1)];

    /// <summary>Times in milliseconds, but for the elapsed seconds. What was not measured is null.</summary>
    public static JsonObject ToJson(LoadPlan plan, LoadRecord record) => new()
    {
        ["address"] = plan.Address.AbsoluteUri,
        ["loop"] = plan.Rate is null ? "closed" : "open",
        ["concurrency"] = plan.Rate is null ? plan.Concurrency : null,
        ["rate"] = plan.Rate,
        ["interrupted"] = record.Interrupted,
        ["elapsed_seconds"] = Rounded(record.Elapsed.TotalSeconds),
        ["requests"] = record.Requests,
        ["answered"] = record.Answered,
        ["failed"] = record.Failed,
        ["pictures_per_second"] = Rounded(record.PicturesPerSecond),
        ["sent_bytes"] = record.SentBytes,
        ["received_bytes"] = record.ReceivedBytes,
        ["latency_ms"] = ToJson(record.Latency),
        ["added_latency_ms"] = ToJson(record.AddedLatency),
        ["service_ms"] = new JsonObject
        {
            ["decode"] = ToJson(record.Decode),
            ["queue"] = ToJson(record.Queue),
            ["inference"] = ToJson(record.Inference),
        },
        ["errors"] = new JsonObject(record.Errors.Select(error => KeyValuePair.Create(error.Key, (JsonNode?)error.Value))),
    };

    public static void Write(TextWriter output, LoadPlan plan, LoadRecord record)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        output.WriteLine(Describe(plan, record));
        if (record.Answered > 0)
            console.Write(Times(record));
        foreach ((string kind, int count) in record.Errors)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} failed: {kind}"));
    }

    private static string Describe(LoadPlan plan, LoadRecord record)
    {
        string loop = plan.Rate is { } rate
            ? string.Create(CultureInfo.InvariantCulture, $"open loop, {rate:0.##} requests a second")
            : string.Create(CultureInfo.InvariantCulture, $"closed loop, {plan.Concurrency} {(plan.Concurrency == 1 ? "client" : "clients")}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{record.Requests} requests in {record.Elapsed.TotalSeconds:0.0} s to {plan.Address} ({loop}){(record.Interrupted ? ", stopped before the end" : "")}: "
            + $"{record.Answered} answered, {record.Failed} failed, {record.PicturesPerSecond:0.0} pictures a second, "
            + $"{record.SentBytes / 1e6:0.0} MB sent, {record.ReceivedBytes / 1e6:0.0} MB received.");
    }

    private static Table Times(LoadRecord record)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("milliseconds");
        foreach ((string name, _) in Percentiles)
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap());
        AddRow(table, "latency", record.Latency);
        AddRow(table, "added to decode and inference", record.AddedLatency);
        AddRow(table, "decode", record.Decode);
        AddRow(table, "queue", record.Queue);
        AddRow(table, "inference", record.Inference);
        return table;
    }

    private static void AddRow(Table table, string what, Samples samples)
    {
        if (samples.Count > 0)
            table.AddRow([what, .. Percentiles.Select(percentile => Format(samples.Percentile(percentile.Share)))]);
    }

    private static JsonObject? ToJson(Samples samples) => samples.Count == 0
        ? null
        : new JsonObject(Percentiles.Select(percentile =>
            KeyValuePair.Create(percentile.Name, (JsonNode?)Rounded(samples.Percentile(percentile.Share)))));

    private static double Rounded(double value) => Math.Round(value, 3);

    private static string Format(double milliseconds) =>
        milliseconds.ToString(milliseconds < 10 ? "F2" : milliseconds < 100 ? "F1" : "F0", CultureInfo.InvariantCulture);
}
