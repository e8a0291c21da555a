using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SpikingDetector.Service.Tests;

namespace SpikingDetector.Deployment.Tests.Kubernetes;

/// <summary>The autoscaler asks for a figure that the service has and the adapter passes on.</summary>
public sealed class AutoscalerTests
{
    public static TheoryData<string> Overlays => ServiceManifestTests.Overlays;

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Autoscaler_ScalesByTheQueue_AndByTheProcessorWithoutIt(string overlay)
    {
        JsonNode scaler = (await Rendered.FolderAsync($"overlays/{overlay}")).One("HorizontalPodAutoscaler").At("spec");
        Assert.Equal(["Pods", "Resource"], scaler.List("metrics").Select(metric => metric.Text("type")));
        Assert.Equal(Adapter().Metric, scaler.Text("metrics.0.pods.metric.name"));
        Assert.Equal("cpu", scaler.Text("metrics.1.resource.name"));
        Assert.True(scaler.Number("minReplicas") < scaler.Number("maxReplicas"));
    }

    [Fact]
    public async Task Figure_IsToldByTheService_ForEachModel()
    {
        await using ChildService service = await ChildService.StartAsync($"--Models:Folder={Repository.PathOf("models")}");
        string metrics = await service.Client.GetStringAsync(new Uri(Service.Metrics.MetricsSetup.Path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Matches($"(?m)^# TYPE {Adapter().Metric} gauge$", metrics);
        Assert.Matches($$"""(?m)^{{Adapter().Metric}}\{[^}]*model="bccd-sg10"[^}]*\} 0$""", metrics);
    }

    [Fact]
    public void Adapter_KnowsThePod_AndSumsItsModels()
    {
        JsonNode rule = Adapter().Rule;
        JsonObject resources = rule.At("resources.overrides").AsObject();
        Assert.Equal(["namespace", "pod"], resources.Select(pair => pair.Key));
        Assert.All(resources, pair => Assert.Equal(pair.Key, pair.Value!.Text("resource")));
        Assert.All(resources, pair => Assert.Contains($"{pair.Key}!=\"\"", rule.Text("seriesQuery"), StringComparison.Ordinal));
        Assert.Equal("sum(avg_over_time(<<.Series>>{<<.LabelMatchers>>}[1m])) by (<<.GroupBy>>)", rule.Text("metricsQuery"));
        Assert.Equal("$1", rule.Text("name.as"));
    }

    private static (JsonNode Rule, string Metric) Adapter()
    {
        JsonNode rule = YamlText.ReadFile("deploy", "monitoring", "prometheus-adapter.yaml").List("rules.custom").Single();
        return (rule, Regex.Match(rule.Text("seriesQuery"), @"^\w+").Value);
    }
}
