using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using SpikingDetector.Service.Metrics;

namespace SpikingDetector.Service.Tests;

/// <summary>What the dashboard and the alerts ask for is told by <c>/metrics</c>.</summary>
public sealed partial class DashboardTests
{
    /// <summary>Prometheus adds these itself.</summary>
    private static readonly string[] OfPrometheus = ["instance", "job"];

    public static TheoryData<string> Files => new("grafana-dashboard.json", "prometheus-rules.yml");

    [Theory]
    [MemberData(nameof(Files))]
    public async Task MetricsAndLabelsOfEveryExpression_Exist(string file)
    {
        await using var service = new BusyService();
        MetricsText metrics = await MetricsText.ReadAsync(service.Client);
        var names = metrics.Names.ToHashSet();
        foreach (string expression in Expressions(file))
        {
            string[] asked = [.. MetricPattern().Matches(expression).Select(match => match.Value).Distinct()];
            Assert.All(asked, name => Assert.True(names.Contains(name), $"no {name}, which {file} asks for: {expression}"));
            foreach (string label in LabelPattern().Matches(expression).SelectMany(match => match.Groups["label"].Captures).Select(capture => capture.Value))
            {
                Assert.True(
                    OfPrometheus.Contains(label) || metrics.Samples.Any(series => asked.Any(series.StartsWith) && series.Contains($"{label}=\"", StringComparison.Ordinal)),
                    $"no label {label}, which {file} asks for: {expression}");
            }
        }
    }

    [Fact]
    public async Task EveryMetricOfTheService_IsOnTheDashboard()
    {
        await using var service = new BusyService();
        string[] expressions = Expressions("grafana-dashboard.json");
        MetricsText metrics = await MetricsText.ReadAsync(service.Client);
        Assert.All(
            metrics.Families.Where(name => name.StartsWith("spiking_detector_", StringComparison.Ordinal)),
            name => Assert.Contains(expressions, expression => expression.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void Dashboard_HasNoTwoPanelsOfOneIdOrPlace()
    {
        JsonArray panels = JsonNode.Parse(Text("grafana-dashboard.json"))!["panels"]!.AsArray();
        Assert.True(panels.Count > 20);
        Assert.Equal(panels.Count, panels.Select(panel => (int)panel!["id"]!).Distinct().Count());
        Assert.Equal(panels.Count, panels.Select(panel => ((int)panel!["gridPos"]!["x"]!, (int)panel["gridPos"]!["y"]!)).Distinct().Count());
    }

    private static string[] Expressions(string file)
    {
        string text = Text(file);
        string[] found = file.EndsWith(".json", StringComparison.Ordinal)
            ? [.. JsonNode.Parse(text)!["panels"]!.AsArray().SelectMany(panel => panel!["targets"]?.AsArray() ?? []).Select(target => (string)target!["expr"]!)]
            : [.. RulePattern().Matches(text).Select(match => match.Groups[1].Value)];
        Assert.True(found.Length >= 5, $"{file} has {found.Length} expressions");
        return found;
    }

    private static string Text(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "deploy", file));

    [GeneratedRegex("(?:spiking_detector|process|dotnet|kestrel)_[a-z0-9_]+")]
    private static partial Regex MetricPattern();

    [GeneratedRegex("""by \((?:(?<label>\w+)(?:, )?)+\)|[{,](?<label>\w+)=~?"[^"]*""")]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"expr: (?:>-\s+)?((?:.*\n)+?)(?=        \S)")]
    private static partial Regex RulePattern();

    /// <summary>A service to which everything has happened once, with a model that is not there.</summary>
    private sealed class BusyService : RunningService
    {
        public BusyService()
            : base(("Models:Folder", "no-models"))
        {
            ServiceMetrics metrics = Services.GetRequiredService<ServiceMetrics>();
            metrics.PictureDecoded(TimeSpan.FromMilliseconds(1), 1, 1);
            metrics.Waited("a", TimeSpan.FromMilliseconds(1));
            metrics.BatchRun("a", 1, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
            metrics.Encoded(TimeSpan.FromMilliseconds(1));
            metrics.PictureAnswered("a", "detection");
            metrics.Fired("a", 0.1);
            metrics.Rejected("full");
            GC.Collect();
            Client.GetAsync("/health/live").GetAwaiter().GetResult();
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureServices(services => services.AddSingleton<IModelGauges, Gauges>());
        }
    }

    private sealed class Gauges : IModelGauges
    {
        public IEnumerable<QueueDepth> QueueDepths => [new("a", 3)];

        public IEnumerable<ModelGauge> Models => [new("a", "1", "ready", "cpu", "float32")];
    }
}
