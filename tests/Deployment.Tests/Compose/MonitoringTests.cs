using System.Text.Json.Nodes;
using SpikingDetector.Service.Metrics;
using SpikingDetector.Tests;

namespace SpikingDetector.Deployment.Tests.Compose;

/// <summary>What Prometheus and Grafana are told fits the compose file and the service.</summary>
public sealed class MonitoringTests
{
    private static JsonObject Prometheus => YamlText.ReadFile("deploy", "monitoring", "prometheus.yml");

    [Fact]
    public void Prometheus_AsksTheServicesWhereTheyAnswer()
    {
        JsonNode job = Prometheus.List("scrape_configs").Single();
        Assert.Equal(MetricsSetup.Path, job.Text("metrics_path"));
        Assert.Equal([$"service:{ServiceDefaults.HttpPort}"], job.Texts("static_configs.0.targets"));
        Assert.Equal(["service-gpu"], job.Texts("dns_sd_configs.0.names"));
        Assert.Equal(ServiceDefaults.HttpPort, job.Number("dns_sd_configs.0.port"));
        Assert.All(["service", "service-gpu"], name => Assert.NotNull(ComposeFile.Service(name)));
    }

    [Fact]
    public void Job_IsTheOneOfTheAlerts()
    {
        string rules = File.ReadAllText(Repository.PathOf("deploy", "prometheus-rules.yml"));
        Assert.Contains($"up{{job=\"{Prometheus.Text("scrape_configs.0.job_name")}\"}}", rules, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prometheus_TakesItsFiles()
    {
        using var folder = new TemporaryFolder();
        (string Source, string Target, bool ReadOnly)[] mounts =
            [.. ComposeFile.Mounts(ComposeFile.Service("prometheus")).Where(mount => mount.Target.StartsWith("/etc/prometheus/", StringComparison.Ordinal))];
        foreach ((string source, string target, _) in mounts)
            File.Copy(Repository.PathOf(source), Path.Combine(folder.Path, Path.GetFileName(target)));
        Assert.All(Prometheus.Texts("rule_files"), file => Assert.True(File.Exists(Path.Combine(folder.Path, file))));

        Assert.SkipUnless(Tool.Exists("promtool"), "promtool (Debian: prometheus) is not installed.");
        (int exitCode, string output) = await Tool.RunAsync("promtool", "check", "config", Path.Combine(folder.Path, "prometheus.yml"));
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public void Grafana_FindsPrometheusAndTheDashboard()
    {
        JsonObject grafana = ComposeFile.Service("grafana");
        var mounts = ComposeFile.Mounts(grafana).ToDictionary(mount => mount.Target, mount => mount.Source);
        JsonNode source = YamlText.ReadFile(mounts["/etc/grafana/provisioning/datasources"], "prometheus.yml").At("datasources.0");
        Assert.Equal("http://prometheus:9090", source.Text("url"));
        Assert.Contains(ComposeFile.Ports(ComposeFile.Service("prometheus")), port => port.Container == 9090);
        string dashboards = YamlText.ReadFile(mounts["/etc/grafana/provisioning/dashboards"], "spiking-detector.yml").Text("providers.0.options.path");
        Assert.Equal("./deploy/grafana-dashboard.json", mounts.Single(mount => mount.Key.StartsWith($"{dashboards}/", StringComparison.Ordinal)).Value);
    }

    [Fact]
    public void Grafana_IsClosed_AndItsPasswordIsNobodysButTheUsers()
    {
        JsonObject file = ComposeFile.Read();
        JsonObject grafana = ComposeFile.Service("grafana");
        Assert.Equal("false", grafana.Text("environment.GF_AUTH_ANONYMOUS_ENABLED"));
        Assert.Equal("Viewer", grafana.Text("environment.GF_AUTH_ANONYMOUS_ORG_ROLE"));
        string secret = grafana.Texts("secrets").Single();
        Assert.Equal($"/run/secrets/{secret}", grafana.Text("environment.GF_SECURITY_ADMIN_PASSWORD__FILE"));
        Assert.Equal(["environment"], file.At($"secrets.{secret}").AsObject().Select(pair => pair.Key));
    }
}
