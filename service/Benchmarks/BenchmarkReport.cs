using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using SpikingDetector.Core.Machine;

namespace SpikingDetector.Service.Benchmarks;

/// <summary>A benchmark's figures for people and for programs.</summary>
internal static class BenchmarkReport
{
    private const double Megabyte = 1e6;

    public static JsonObject ToJson(BenchmarkResult result) => new()
    {
        ["machine"] = new JsonObject { ["processor"] = Processor.Name, ["cores"] = Environment.ProcessorCount },
        ["model"] = result.Model,
        ["clients"] = result.Plan.Clients,
        ["rounds"] = result.Plan.Rounds,
        ["figures"] = new JsonObject(result.Figures.Select(figure => KeyValuePair.Create(figure.Target.Name, (JsonNode?)ToJson(figure.Target, figure.Value)))),
        ["bare_callers"] = result.Speed.Callers,
        ["bare_pictures_per_second"] = ToJson(Spread.Of(result.Speed.Bare)),
        ["http_pictures_per_second"] = ToJson(Spread.Of(result.Speed.Http)),
        ["one_client_pictures_per_second"] = Rounded(result.Speed.OneClient.PicturesPerSecond),
        ["throughput_ratio"] = ToJson(result.Speed.Ratio),
        ["one_client_requests"] = result.Speed.OneClient.Requests,
        ["one_client_latency_p50_ms"] = Rounded(result.Speed.OneClient.Latency.Percentile(0.5)),
        ["one_client_latency_p99_ms"] = Rounded(result.Speed.OneClient.Latency.Percentile(0.99)),
        ["memory"] = new JsonArray(
            ToJson(result.Memory.EarlyRequests, result.Memory.Early), ToJson(result.Memory.Requests, result.Memory.Late)),
        ["allocated_bytes_per_request"] = Rounded(result.Allocation.Service),
        ["allocated_bytes_per_framework_request"] = Rounded(result.Allocation.Framework),
        ["start_to_ready_s"] = ToJson(result.StartSeconds),
    };

    public static void Write(TextWriter output, BenchmarkResult result)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("figure");
        foreach (string column in (string[])["measured", "target", "met"])
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        foreach ((Target target, double value) in result.Figures)
        {
            string bound = string.Create(CultureInfo.InvariantCulture, $"{(target.IsLeast ? "≥" : "≤")} {target.Bound}");
            table.AddRow(Markup.Escape(target.Meaning), Format(value), bound, target.IsMetBy(value) ? "yes" : "no");
        }

        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }).Write(table);
        output.WriteLine(Describe(result));
    }

    private static string Describe(BenchmarkResult result)
    {
        SpeedResult speed = result.Speed;
        Spread ratio = speed.Ratio;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Model {result.Model} on {Processor.Name}, {Environment.ProcessorCount} cores. Pictures a second, medians of {result.Plan.Rounds} rounds: bare model "
            + $"{Spread.Of(speed.Bare).Median:0.0} ({speed.Callers} at a time), {result.Plan.Clients} clients {Spread.Of(speed.Http).Median:0.0} "
            + $"(ratio {ratio.Least:0.00}–{ratio.Most:0.00}), one client {speed.OneClient.PicturesPerSecond:0.0}. "
            + $"Memory {Describe(result.Memory.Early)} after {result.Memory.EarlyRequests} requests, {Describe(result.Memory.Late)} after "
            + $"{result.Memory.Requests}. Allocated a request {result.Allocation.Service / 1024:0.0} KiB, of which the framework "
            + $"{result.Allocation.Framework / 1024:0.0} KiB, both with the client's. Ready {result.StartSeconds.Least:0.00}–{result.StartSeconds.Most:0.00} s after the start.");
    }

    private static string Describe(MemoryUse memory) =>
        string.Create(CultureInfo.InvariantCulture, $"{memory.WorkingSet / Megabyte:0} MB (managed heap {memory.ManagedHeap / Megabyte:0.0})");

    private static JsonObject ToJson(Target target, double value) => new()
    {
        ["value"] = Rounded(value),
        [target.IsLeast ? "at_least" : "at_most"] = target.Bound,
        ["met"] = target.IsMetBy(value),
    };

    private static JsonObject ToJson(int requests, MemoryUse memory) => new()
    {
        ["after_requests"] = requests,
        ["working_set_bytes"] = memory.WorkingSet,
        ["managed_heap_bytes"] = memory.ManagedHeap,
    };

    private static JsonObject ToJson(Spread spread) => new()
    {
        ["median"] = Rounded(spread.Median),
        ["least"] = Rounded(spread.Least),
        ["most"] = Rounded(spread.Most),
    };

    private static double Rounded(double value) => Math.Round(value, 3);

    private static string Format(double value) => value.ToString(value < 10 ? "F3" : "F1", CultureInfo.InvariantCulture);
}
