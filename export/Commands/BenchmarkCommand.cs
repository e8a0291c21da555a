using System.CommandLine;
using System.Globalization;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Export.Benchmarks;

namespace SpikingDetector.Export.Commands;

/// <summary><c>benchmark MODEL.onnx [OTHER.onnx …] [--threads N] [--batch N] [--rounds N] [--seconds S] [--profile]</c></summary>
internal static class BenchmarkCommand
{
    private const int DefaultRounds = 10;
    private const double DefaultSeconds = 10;
    private const int ProgressSteps = 1000;

    public static Command Create()
    {
        var models = new Argument<string[]>("models")
        {
            Description = "ONNX files, of this project or another, with one input of uint8 or float; the first is what the others are compared with.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<int> threads = AtLeastOne<int>("--threads", "Processor threads that share the work of a run; 1 unless given.");
        threads.DefaultValueFactory = _ => 1;
        Option<int?> batch = AtLeastOne<int?>("--batch", "Inputs of a run; unless given, the number that a model is fixed to, or 1.");
        Option<int?> rounds = AtLeastOne<int?>(
            "--rounds", $"Turns of each model; unless given at least {DefaultRounds}, and as many as --seconds has room for.");
        var seconds = new Option<double?>("--seconds")
        {
            Description = $"Time that the models run, all together; {DefaultSeconds} unless given.",
        };
        var profile = new Option<bool>("--profile") { Description = "Also measure the time that each operator takes." };
        Option<bool> json = SharedOptions.Json();
        var command = new Command("benchmark", "Measure speed and memory of ONNX files side by side.")
        {
            models, threads, batch, rounds, seconds, profile, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(rounds) is not null && result.GetResult(seconds) is not null)
                result.AddError("--rounds and --seconds both say when to stop; give one of them.");
        });
        seconds.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(double.TryParse(token.Value, CultureInfo.InvariantCulture, out double value)
                && value > 0 && double.IsFinite(value)))
            {
                result.AddError($"--seconds is {token.Value}; expected a number above 0.");
            }
        });
        command.AddExample(
            "dotnet run --project export -- benchmark ann18.onnx sg18.onnx",
            "How much longer the spiking network takes than the ordinary one");
        command.AddExample(
            "dotnet run --project export -- benchmark cells.onnx --threads 2 --batch 4 --profile",
            "Two threads, four pictures at a time, and which operators take the time");
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                RoundLimit limit = parsed.GetValue(rounds) is { } count
                    ? new RoundLimit(count, 0)
                    : new RoundLimit(DefaultRounds, (parsed.GetValue(seconds) ?? DefaultSeconds) * 1000);
                var benchmark = new Benchmark(
                    parsed.GetRequiredValue(models), parsed.GetValue(threads), parsed.GetValue(batch), limit, parsed.GetValue(profile));
                Run(benchmark, parsed.GetValue(json), parsed.InvocationConfiguration, cancellation);
            },
            cancellation));
        return command;
    }

    private static void Run(Benchmark benchmark, bool json, InvocationConfiguration console, CancellationToken cancellation)
    {
        if (json)
        {
            console.Output.WriteLine(BenchmarkReport.ToJson(benchmark.Run(_ => { }, cancellation)).ToJsonString());
            return;
        }

        string description = benchmark.Paths.Count == 1 ? "1 model" : $"{benchmark.Paths.Count} models";
        BenchmarkResult result = ProgressLine.Run(
            console.Error,
            description,
            ProgressSteps,
            progress => benchmark.Run(share => progress((int)(share * ProgressSteps)), cancellation));
        BenchmarkReport.Write(console.Output, result);
    }

    private static Option<T> AtLeastOne<T>(string name, string description)
    {
        var option = new Option<T>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, CultureInfo.InvariantCulture, out int value) && value > 0))
                result.AddError($"{name} is {token.Value}; expected a whole number from 1.");
        });
        return option;
    }
}
