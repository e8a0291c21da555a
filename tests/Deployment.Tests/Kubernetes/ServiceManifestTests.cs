using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using SpikingDetector.Service.Health;
using SpikingDetector.Service.Metrics;
using SpikingDetector.Service.Tests;

namespace SpikingDetector.Deployment.Tests.Kubernetes;

/// <summary>The service's overlays agree with the service, the images and with themselves.</summary>
public sealed class ServiceManifestTests
{
    public static TheoryData<string> Overlays => new("cpu", "gpu");

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_HasAllThatAServiceNeeds(string overlay)
    {
        Rendered rendered = await OverlayAsync(overlay);
        Assert.Equal(
            [
                "ConfigMap", "Deployment", "HorizontalPodAutoscaler", "Ingress", "Ingress", "Namespace", "NetworkPolicy",
                "PodDisruptionBudget", "PrometheusRule", "Service", "ServiceMonitor",
            ],
            rendered.Objects.Select(made => made.Text("kind")).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Image_IsOfThisVersion(string overlay) =>
        Assert.Equal(
            $"spiking-detector/service:{Repository.Version}{(overlay == "gpu" ? "-cuda" : "")}",
            Container(await OverlayAsync(overlay)).Text("image"));

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Ports_AreTheServicesOwn(string overlay)
    {
        Rendered rendered = await OverlayAsync(overlay);
        var ports = Container(rendered).List("ports").ToDictionary(port => port.Text("name"), port => port.Number("containerPort"));
        Assert.Equal(new() { ["http"] = ServiceDefaults.HttpPort, ["grpc"] = ServiceDefaults.GrpcPort }, ports);
        Assert.Equal(["http", "grpc"], rendered.One("Service").List("spec.ports").Select(port => port.Text("targetPort")));
        Assert.All(
            rendered.One("NetworkPolicy").List("spec.ingress").SelectMany(rule => rule.List("ports")),
            port => Assert.Contains(port.Text("port"), ports.Keys));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Probes_AskWhatTheServiceAnswers(string overlay)
    {
        JsonNode container = Container(await OverlayAsync(overlay));
        foreach ((string probe, string path) in (IEnumerable<(string, string)>)
            [("startupProbe", HealthEndpoints.LivePath), ("livenessProbe", HealthEndpoints.LivePath), ("readinessProbe", HealthEndpoints.ReadyPath)])
        {
            Assert.Equal(path, container.Text($"{probe}.httpGet.path"));
            Assert.Equal("http", container.Text($"{probe}.httpGet.port"));
            Assert.True(container.Number($"{probe}.timeoutSeconds") <= container.Number($"{probe}.periodSeconds"));
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task APodThatStops_IsKnownToBeGone_AndHasTheTimeItNeeds(string overlay)
    {
        Rendered rendered = await OverlayAsync(overlay);
        JsonNode pod = Template(rendered).At("spec");
        Dictionary<string, string> settings = Settings(rendered);
        Assert.True(pod.Number("terminationGracePeriodSeconds") >= ServiceDefaults.ToStop(settings).TotalSeconds + 10);

        JsonNode ready = Container(rendered).At("readinessProbe");
        double grace = double.Parse(settings["Shutdown__GraceSeconds"], CultureInfo.InvariantCulture);
        Assert.True(ready.Number("periodSeconds") * ready.Number("failureThreshold") < grace, "The grace period is over before the pod is known to be unready.");
        Assert.Equal(0, rendered.One("Deployment").Number("spec.strategy.rollingUpdate.maxUnavailable"));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Selectors_MeetThePods_AndNoOthers(string overlay)
    {
        Rendered rendered = await OverlayAsync(overlay);
        Dictionary<string, string> labels = Template(rendered).Pairs("metadata.labels");
        Dictionary<string, string>[] selectors =
        [
            rendered.One("Deployment").Pairs("spec.selector.matchLabels"),
            rendered.One("Service").Pairs("spec.selector"),
            rendered.One("PodDisruptionBudget").Pairs("spec.selector.matchLabels"),
            rendered.One("NetworkPolicy").Pairs("spec.podSelector.matchLabels"),
            .. Template(rendered).List("spec.topologySpreadConstraints").Select(spread => spread.Pairs("labelSelector.matchLabels")),
        ];
        Assert.All(selectors, selector => Assert.Equal(labels, selector));
        Assert.Equal(rendered.One("Service").Pairs("metadata.labels"), rendered.One("ServiceMonitor").Pairs("spec.selector.matchLabels"));

        JsonNode target = rendered.One("HorizontalPodAutoscaler").At("spec.scaleTargetRef");
        Assert.Equal(rendered.One("Deployment").Text("metadata.name"), target.Text("name"));
        Assert.Equal(rendered.One("Deployment").Text("apiVersion"), target.Text("apiVersion"));
        Assert.Null(rendered.One("Deployment").Find("spec.replicas"));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Settings_AreTheServicesOwn(string overlay)
    {
        Dictionary<string, string> settings = Settings(await OverlayAsync(overlay));
        Assert.Equal(overlay == "gpu" ? "cuda" : "cpu", settings["Models__Device"]);
        await using ChildService service = await ServiceSettings.StartAsync(settings, Repository.PathOf("models"));
        Assert.StartsWith("{\"@t\":", service.Log[0], StringComparison.Ordinal);
        if (overlay == "cpu") // The others' large batches take a processor long to warm up.
            await service.WaitUntilReadyAsync();
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Memory_IsEnoughForWhatClientsCanAskAtOnce(string overlay)
    {
        Rendered rendered = await OverlayAsync(overlay);
        decimal processors = Quantity(rendered, "cpu");
        Assert.True(ServiceDefaults.MostMemory(Settings(rendered), (double)processors) <= (double)Quantity(rendered, "memory"));
    }

    [Fact]
    public async Task Cpu_HasAsManyThreadsAsProcessors()
    {
        Rendered rendered = await OverlayAsync("cpu");
        Assert.Equal(Quantity(rendered, "cpu"), decimal.Parse(Settings(rendered)["Models__IntraOpThreads"], CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Gpu_GoesWhereGpusAre()
    {
        Rendered rendered = await OverlayAsync("gpu");
        Assert.Equal(1, Quantity(rendered, "nvidia.com/gpu"));
        JsonNode pod = Template(rendered).At("spec");
        Assert.Equal("nvidia.com/gpu", pod.Text("tolerations.0.key"));
        Assert.Equal("true", pod.At("nodeSelector")["nvidia.com/gpu.present"]!.ToString());
        Assert.DoesNotContain("nvidia.com", (await OverlayAsync("cpu")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Ingress_LeadsToBothProtocols_AndLeavesTheLimitsToTheService(string overlay)
    {
        Rendered rendered = await OverlayAsync(overlay);
        var ports = rendered.One("Service").List("spec.ports").Select(port => port.Text("name")).ToHashSet();
        foreach ((string name, string port) in (IEnumerable<(string, string)>)[("spiking-detector", "http"), ("spiking-detector-grpc", "grpc")])
        {
            JsonNode ingress = rendered.Named("Ingress", name);
            JsonNode backend = ingress.At("spec.rules.0.http.paths.0.backend.service");
            Assert.Equal(rendered.One("Service").Text("metadata.name"), backend.Text("name"));
            Assert.Equal(port, backend.Text("port.name"));
            Assert.Contains(port, ports);
            Assert.Equal(ingress.Text("spec.rules.0.host"), ingress.Text("spec.tls.0.hosts.0"));

            var annotations = ingress.Pairs("metadata.annotations").ToDictionary(pair => pair.Key.Split('/')[1], pair => pair.Value);
            Assert.Equal("0", annotations["proxy-body-size"]);
            Assert.True(double.Parse(annotations["proxy-read-timeout"], CultureInfo.InvariantCulture) > new Service.Work.WorkOptions().DeadlineSeconds);
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task NetworkPolicy_LetsNothingOut_AndMonitoringNoFurtherThanItsPort(string overlay)
    {
        JsonNode policy = (await OverlayAsync(overlay)).One("NetworkPolicy").At("spec");
        Assert.Equal(["Ingress", "Egress"], policy.Texts("policyTypes"));
        Assert.Empty(policy.At("egress").AsArray());
        Assert.Equal(["http"], policy.List("ingress")[^1].List("ports").Select(port => port.Text("port")));
        Assert.All(policy.List("ingress"), rule => Assert.NotEmpty(rule.List("from")));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Prometheus_AsksWhereTheServiceAnswers_UnderTheJobOfTheAlerts(string overlay)
    {
        Rendered rendered = await OverlayAsync(overlay);
        JsonNode endpoint = rendered.One("ServiceMonitor").List("spec.endpoints").Single();
        Assert.Equal(MetricsSetup.Path, endpoint.Text("path"));
        Assert.Contains(endpoint.Text("port"), rendered.One("Service").List("spec.ports").Select(port => port.Text("name")));

        JsonNode rules = YamlText.ReadFile("deploy", "prometheus-rules.yml");
        JsonNode ofThis = rendered.One("PrometheusRule").At("spec");
        Assert.True(JsonNode.DeepEquals(rules, ofThis), $"deploy/prometheus-rules.yml and the PrometheusRule differ:\n{rules}\n{ofThis}");
        Assert.Equal($"up{{job=\"{rendered.One("Service").Text("metadata.name")}\"}} == 0", rules.Text("groups.0.rules.0.expr"));
    }

    internal static JsonNode Template(Rendered rendered) => rendered.One("Deployment").At("spec.template");

    internal static JsonNode Container(Rendered rendered) => Template(rendered).List("spec.containers").Single();

    internal static Dictionary<string, string> Settings(Rendered rendered) => rendered.One("ConfigMap").Pairs("data");

    private static decimal Quantity(Rendered rendered, string name) =>
        new ResourceQuantity(Container(rendered).At("resources.limits")[name]!.ToString()).ToDecimal();

    private static Task<Rendered> OverlayAsync(string overlay) => Rendered.FolderAsync($"overlays/{overlay}");
}
