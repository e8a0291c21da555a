using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using SpikingDetector.Core.Machine;
using SpikingDetector.Export.Benchmarks;
using SpikingDetector.Inference;

namespace SpikingDetector.Export.Commands;

/// <summary>A benchmark's figures for people and for programs.</summary>
internal static class BenchmarkReport
{
    private const double Megabyte = 1e6;

    /// <summary>Times in milliseconds, sizes in bytes, shares 0…1.</summary>
    public static JsonObject ToJson(BenchmarkResult result) => new()
    {
        ["machine"] = new JsonObject
        {
            ["processor"] = Processor.Name,
            ["vector_extensions"] = new JsonArray([.. Processor.VectorExtensions.Select(name => JsonValue.Create(name))]),
            ["cores"] = Environment.ProcessorCount,
            ["onnx_runtime"] = OnnxRuntime.Environment.GetVersionString(),
        },
        ["threads"] = result.Threads,
        ["batch"] = result.Batch,
        ["rounds"] = result.Rounds,
        ["models"] = new JsonArray([.. result.Models.Select(model => ToJson(result, model))]),
    };

    public static void Write(TextWriter output, BenchmarkResult result)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        string[] names = Names(result.Models);
        console.Write(Speed(result, names));
        console.Write(Sizes(result, names));
        for (int i = 0; i < names.Length; i++)
        {
            if (result.Models[i].Profile is { } profile)
                console.Write(Operators(names[i], profile));
        }

        output.WriteLine(Describe(result));
    }

    private static JsonObject ToJson(BenchmarkResult result, ModelResult model)
    {
        var json = new JsonObject
        {
            ["path"] = model.Path,
            ["precision"] = model.Precision,
            ["latency_ms"] = ToJson(model.Latency),
            ["throughput_per_second"] = Math.Round(result.Throughput(model), 3),
            ["ratio_to_first"] = ToJson(model.RatioToFirst),
            ["load_ms"] = Math.Round(model.Process.LoadMilliseconds, 1),
            ["file_bytes"] = model.FileBytes,
            ["peak_memory_bytes"] = model.Process.PeakBytes,
            ["peak_memory_before_loading_bytes"] = model.Process.RuntimeBytes,
        };
        if (model.Profile is { } profile)
        {
            json["profiled_run_ms"] = Math.Round(profile.RunMilliseconds, 4);
            json["operators"] = new JsonArray([.. profile.Operators.Select(ToJson)]);
        }

        return json;
    }

    private static JsonObject ToJson(Spread spread) => new()
    {
        ["median"] = Math.Round(spread.Median, 4),
        ["p10"] = Math.Round(spread.Low, 4),
        ["p90"] = Math.Round(spread.High, 4),
    };

    private static JsonObject ToJson(OperatorTime time) => new()
    {
        ["type"] = time.Type,
        ["calls_per_run"] = time.Calls,
        ["ms_per_run"] = Math.Round(time.Milliseconds, 4),
        ["share"] = Math.Round(time.Share, 4),
    };

    /// <summary>File names, or whole paths where two files have the same name.</summary>
    private static string[] Names(IReadOnlyList<ModelResult> models)
    {
        string[] names = [.. models.Select(model => Path.GetFileName(model.Path))];
        return names.Distinct().Count() == names.Length ? names : [.. models.Select(model => model.Path)];
    }

    private static Table Speed(BenchmarkResult result, string[] names)
    {
        Table table = CreateTable("model", "ms a run", "10–90 %", "a second", "ratio", "10–90 %");
        for (int i = 0; i < names.Length; i++)
        {
            ModelResult model = result.Models[i];
            table.AddRow(
                Markup.Escape(names[i]),
                Format(model.Latency.Median),
                Range(model.Latency),
                Format(result.Throughput(model)),
                Ratio(model.RatioToFirst.Median),
                i == 0 ? "" : $"{Ratio(model.RatioToFirst.Low)}–{Ratio(model.RatioToFirst.High)}");
        }

        return table;
    }

    private static Table Sizes(BenchmarkResult result, string[] names)
    {
        Table table = CreateTable("model", "precision", "file MB", "load ms", "peak memory MB");
        for (int i = 0; i < names.Length; i++)
        {
            ModelResult model = result.Models[i];
            table.AddRow(
                Markup.Escape(names[i]),
                Markup.Escape(model.Precision ?? "not said"),
                Format(model.FileBytes / Megabyte),
                Format(model.Process.LoadMilliseconds),
                (model.Process.PeakBytes / Megabyte).ToString("F0", CultureInfo.InvariantCulture));
        }

        return table;
    }

    private static Table Operators(string name, OperatorProfile profile)
    {
        Table table = CreateTable(name, "calls", "ms a run", "share");
        foreach (OperatorTime time in profile.Operators)
        {
            table.AddRow(
                Markup.Escape(time.Type),
                time.Calls.ToString("0.#", CultureInfo.InvariantCulture),
                time.Milliseconds.ToString("F3", CultureInfo.InvariantCulture),
                Share(time.Share));
        }

        AddRow(table, "between operators", profile.OtherMilliseconds, profile.OtherMilliseconds / profile.RunMilliseconds);
        AddRow(table, "whole run, profiled", profile.RunMilliseconds, 1);
        return table;

        static void AddRow(Table table, string what, double milliseconds, double share) =>
            table.AddRow(what, "", milliseconds.ToString("F3", CultureInfo.InvariantCulture), Share(share));
    }

    private static string Describe(BenchmarkResult result)
    {
        string extensions = Processor.VectorExtensions.Count == 0 ? "" : $" ({string.Join(", ", Processor.VectorExtensions)})";
        double runtime = result.Models.Min(model => model.Process.RuntimeBytes) / Megabyte;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Count(result.Rounds, "round")} with {Count(result.Batch, "input")} a run on {Count(result.Threads, "thread")} of {Processor.Name}{extensions}, "
            + $"{Count(Environment.ProcessorCount, "core")}, with ONNX Runtime {OnnxRuntime.Environment.GetVersionString()}. "
            + $"Peak memory is that of a process that runs the model alone; {runtime:F0} MB of it are the runtime without a model.");
    }

    private static Table CreateTable(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        for (int i = 0; i < columns.Length; i++)
        {
            var column = new TableColumn(Markup.Escape(columns[i]));
            table.AddColumn(i == 0 ? column : column.RightAligned().NoWrap());
        }

        return table;
    }

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";

    private static string Range(Spread spread) => $"{Format(spread.Low)}–{Format(spread.High)}";

    private static string Ratio(double value) => value.ToString(value < 0.1 ? "F4" : "F2", CultureInfo.InvariantCulture);

    private static string Share(double value) => (value * 100).ToString("F1", CultureInfo.InvariantCulture) + " %";

    /// <summary>Three digits or more.</summary>
    private static string Format(double value) =>
        value.ToString(value < 10 ? "F2" : value < 100 ? "F1" : "F0", CultureInfo.InvariantCulture);
}
