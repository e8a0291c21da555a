using System.CommandLine;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Service.Commands;

namespace SpikingDetector.Service.Load;

/// <summary><c>load URL IMAGES… [--concurrency N | --rate R] [--duration S] [--requests N] …</c></summary>
internal static class LoadCommand
{
    public const string Name = "load";

    private const string DefaultRoute = "/detect";
    private const double DefaultSeconds = 10;
    private const double DefaultTimeoutSeconds = 60;
    private const double MostSeconds = 1e6;

    public static Command Create()
    {
        var url = new Argument<string>("url") { Description = "The service, such as http://localhost:8080; with a path, that is where requests go." };
        var images = new Argument<string[]>("images")
        {
            Description = "What is sent, in turns: files, or folders with pictures or recordings at any depth.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<int?> concurrency = Options.WholeNumber<int?>(
            "--concurrency", "Closed loop: so many clients, each of which sends its next request once the last was answered; 1 unless given.");
        Option<double?> rate = Options.Number<double?>(
            "--rate", "Open loop: requests a second that start whatever became of those before; their time counts from when they were due.", 1e5);
        var arrivals = new Option<Arrivals>("--arrivals")
        {
            Description = "Open loop: starts at equal distances (fixed, unless given) or at random (poisson), as those of many clients.",
            HelpName = "fixed|poisson",
        };
        Option<double?> duration = Options.Number<double?>(
            "--duration", $"Seconds after which no request starts; {DefaultSeconds} unless it or --requests is given.", MostSeconds);
        Option<int?> requests = Options.WholeNumber<int?>("--requests", "Most requests.");
        Option<double> warmUp = Options.Number<double>(
            "--warmup", "Seconds of the same load before, which are not counted; 0 unless given.", MostSeconds, orZero: true);
        Option<double> timeout = Options.Number<double>(
            "--timeout", $"Seconds after which a request is given up; {DefaultTimeoutSeconds} unless given.", MostSeconds);
        timeout.DefaultValueFactory = _ => DefaultTimeoutSeconds;
        var route = new Option<string?>("--route") { Description = $"Path below the URL; {DefaultRoute} unless it or the URL has one." };
        var query = new Option<string?>("--query") { Description = "Query of each request, such as 'score_threshold=0.5&model=cells'." };
        var headers = new Option<string[]>("--header") { Description = "Header of each request, such as 'X-Api-Key: …'; may be repeated." };
        var form = new Option<BodyForm>("--form")
        {
            Description = "How a picture is sent: its bytes alone (raw, unless given), as a form, or in base64.",
            HelpName = "raw|multipart|json",
        };
        Option<bool> json = Options.Json();
        var command = new Command(Name, "Put a service under load and measure how it answers. Exit code 1 where a request failed.")
        {
            url, images, concurrency, rate, arrivals, duration, requests, warmUp, timeout, route, query, headers, form, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(concurrency) is not null && result.GetResult(rate) is not null)
                result.AddError("--concurrency is for a closed loop and --rate for an open one; give one of them.");
            else if (result.GetResult(arrivals) is { Implicit: false } && result.GetResult(rate) is null)
                result.AddError("--arrivals spreads the starts of an open loop; give --rate too.");
        });
        command.AddExample(
            "dotnet run --project service -- load http://localhost:8080 photos --concurrency 8 --duration 30",
            "Eight clients for half a minute");
        command.AddExample(
            "dotnet run --project service -- load http://localhost:8080 photos --rate 20 --arrivals poisson --query score_threshold=0.5",
            "Twenty requests a second, as they come from many clients");
        command.SetAction(async (parsed, cancellation) =>
        {
            Uri address = LoadAddress.Of(parsed.GetRequiredValue(url), parsed.GetValue(route), DefaultRoute, parsed.GetValue(query));
            KeyValuePair<string, string>[] requestHeaders = [.. (parsed.GetValue(headers) ?? []).Select(LoadAddress.Header)];
            BodyForm bodyForm = parsed.GetValue(form);
            var plan = new LoadPlan
            {
                Address = address,
                Headers = requestHeaders,
                Bodies = [.. LoadFiles.Read(parsed.GetRequiredValue(images)).Select(file => LoadBody.Of(file, bodyForm))],
                Concurrency = parsed.GetValue(concurrency) ?? 1,
                Rate = parsed.GetValue(rate),
                Arrivals = parsed.GetValue(arrivals),
                Duration = Seconds(parsed.GetValue(duration) ?? (parsed.GetValue(requests) is null ? DefaultSeconds : MostSeconds)),
                Requests = parsed.GetValue(requests) ?? int.MaxValue,
                WarmUp = Seconds(parsed.GetValue(warmUp)),
                Timeout = Seconds(parsed.GetValue(timeout)),
            };
            return await RunAsync(plan, parsed.GetValue(json), parsed.InvocationConfiguration, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(LoadPlan plan, bool json, InvocationConfiguration console, CancellationToken cancellation)
    {
        var record = new LoadRecord();
        Task load = LoadRun.RunAsync(plan, record, cancellation);
        if (!json)
            await LoadProgress.ShowAsync(console.Error, plan, record, load);
        await load;
        if (json)
            console.Output.WriteLine(LoadReport.ToJson(plan, record).ToJsonString());
        else
            LoadReport.Write(console.Output, plan, record);

        if (record.Interrupted)
            return ExitCode.Interrupted;
        return record.Failed == 0 && record.Answered > 0 ? ExitCode.Success : ExitCode.CheckFailed;
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
