using System.CommandLine;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Service.Commands;
using SpikingDetector.Service.Load;

namespace SpikingDetector.Service.Benchmarks;

/// <summary><c>benchmark IMAGES… [--clients N] [--duration S] [--rounds N] [--requests N] [--starts N] [--set key=value …]</c></summary>
internal static class BenchmarkCommand
{
    public const string Name = "benchmark";

    private const int DefaultClients = 8;
    private const double DefaultSeconds = 5;
    private const int DefaultRounds = 5;
    private const int DefaultRequests = 20_000;
    private const int DefaultStarts = 5;
    private const double MostSeconds = 1e6;

    /// <param name="build">Makes the service from the words of its command line.</param>
    public static Command Create(Func<string[], WebApplication> build)
    {
        var images = new Argument<string[]>("images")
        {
            Description = "Pictures that are sent in turns: files, or folders with pictures at any depth.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<int> clients = WithDefault(DefaultClients, Options.WholeNumber<int>("--clients", "Clients of the throughput and of the memory"));
        Option<double> duration = WithDefault(
            DefaultSeconds, Options.Number<double>("--duration", "Seconds of each way of running in a round", MostSeconds));
        Option<int> rounds = WithDefault(DefaultRounds, Options.WholeNumber<int>("--rounds", "Rounds of the bare model and the service"));
        Option<int> requests = WithDefault(
            DefaultRequests, Options.WholeNumber<int>("--requests", "Requests after which the memory is held against that after a twentieth of them"));
        Option<int> starts = WithDefault(DefaultStarts, Options.WholeNumber<int>("--starts", "How often the service is started"));
        var settings = new Option<string[]>("--set") { Description = "Setting of the service, such as Models:Device=cpu; may be repeated." };
        Option<bool> json = Options.Json();
        var command = new Command(Name, "Measure this service against its targets: speed, latency, memory, start. Exit code 1 where one is missed.")
        {
            images, clients, duration, rounds, requests, starts, settings, json,
        };
        settings.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1) is { } wrong)
                result.AddError($"--set is {wrong.Value}; expected key=value, such as Models:Device=cpu.");
        });
        command.AddExample(
            "dotnet run -c Release --project service -- benchmark photos",
            "All figures, with 20,000 requests for the memory");
        command.AddExample(
            "dotnet run -c Release --project service -- benchmark photos --rounds 2 --requests 1000 --starts 2",
            "A quick look");
        command.SetAction(async (parsed, cancellation) =>
        {
            var plan = new BenchmarkPlan(
                LoadFiles.Read(parsed.GetRequiredValue(images)),
                [.. (parsed.GetValue(settings) ?? []).Select(setting => $"--{setting}")],
                parsed.GetValue(clients),
                TimeSpan.FromSeconds(parsed.GetValue(duration)),
                parsed.GetValue(rounds),
                parsed.GetValue(requests),
                parsed.GetValue(starts));
            BenchmarkResult result = await RunAsync(plan, build, parsed.InvocationConfiguration.Error, parsed.GetValue(json), cancellation);
            if (parsed.GetValue(json))
                parsed.InvocationConfiguration.Output.WriteLine(BenchmarkReport.ToJson(result).ToJsonString());
            else
                BenchmarkReport.Write(parsed.InvocationConfiguration.Output, result);
            return result.MeetsAllTargets ? ExitCode.Success : ExitCode.CheckFailed;
        });
        return command;
    }

    private static async Task<BenchmarkResult> RunAsync(
        BenchmarkPlan plan, Func<string[], WebApplication> build, TextWriter error, bool json, CancellationToken cancellation)
    {
        // The service's log has nothing to do between the figures. It is written all the same, as where it serves.
        TextWriter console = Console.Out;
        await using var log = new StreamWriter(Stream.Null) { AutoFlush = true };
        Console.SetOut(log);
        try
        {
            return await ProgressLine.RunAsync(
                json ? TextWriter.Null : error, tell => new ServiceBenchmark(plan, build, tell).RunAsync(cancellation));
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    private static Option<T> WithDefault<T>(T value, Option<T> option)
        where T : IFormattable
    {
        option.Description = FormattableString.Invariant($"{option.Description}; {value} unless given.");
        option.DefaultValueFactory = _ => value;
        return option;
    }
}
