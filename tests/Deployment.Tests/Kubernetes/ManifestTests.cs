using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace SpikingDetector.Deployment.Tests.Kubernetes;

/// <summary>What holds for all that is applied: objects that Kubernetes knows, agreeing with each other, with no more rights than needed.</summary>
public sealed class ManifestTests
{
    private const int User = 1654;

    /// <summary>Kinds that Kubernetes does not know by itself: those of the Prometheus Operator and of Kubeflow.</summary>
    private static readonly string[] Extensions =
        ["kubeflow.org/v2beta1 MPIJob", "monitoring.coreos.com/v1 PrometheusRule", "monitoring.coreos.com/v1 ServiceMonitor"];

    public static TheoryData<string> Folders =>
        new("overlays/cpu", "overlays/gpu", "training/storage", "training/job", "training/mpijob");

    [Fact]
    public void EveryFolder_IsTested()
    {
        string deploy = Repository.PathOf("deploy");
        string[] all = [.. Directory.EnumerateFiles(deploy, "kustomization.yaml", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(deploy, Path.GetDirectoryName(file)!).Replace('\\', '/'))
            .Where(folder => !folder.StartsWith("components/", StringComparison.Ordinal))];
        string[] parts = ["base", "namespace", "training/base"];
        Assert.Equal(Folders.Select(row => row.Data).Concat(parts).Order(StringComparer.Ordinal), all.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Objects_AreKubernetesOwn_WithoutAFieldThatItDoesNotKnow(string folder)
    {
        foreach (JsonNode made in (await Rendered.FolderAsync(folder)).Objects)
        {
            string kind = $"{made.Text("apiVersion")} {made.Text("kind")}";
            if (Extensions.Contains(kind))
                continue;
            object read = KubernetesYaml.LoadAllFromString(made.ToJsonString(), typeMap: null, strict: true).Single();
            Assert.Equal(made.Text("kind"), ((IKubernetesObject)read).Kind);
        }
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Pods_AreKubernetesOwn_InObjectsOfOthers(string folder)
    {
        foreach ((_, JsonNode template) in (await Rendered.FolderAsync(folder)).PodTemplates())
            Assert.NotNull(KubernetesYaml.Deserialize<V1PodTemplateSpec>(template.ToJsonString(), strict: true).Spec);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task All_IsInTheNamespace_UnderNamesOfItsOwn(string folder)
    {
        Rendered rendered = await Rendered.FolderAsync(folder);
        Assert.Equal(Rendered.Namespace, rendered.One("Namespace").Text("metadata.name"));
        Assert.Equal("restricted", rendered.One("Namespace").At("metadata.labels")["pod-security.kubernetes.io/enforce"]!.ToString());
        Assert.All(
            rendered.Objects.Where(made => made.Text("kind") != "Namespace"),
            made => Assert.Equal(Rendered.Namespace, made.Text("metadata.namespace")));
        string[] names = [.. rendered.Objects.Select(made => $"{made.Text("kind")} {made.Text("metadata.name")}")];
        Assert.Equal(names.Distinct(), names);
    }

    /// <summary>As the standard "restricted" asks for, and a read-only root besides.</summary>
    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Pods_HaveNoMoreRightsThanTheyNeed(string folder)
    {
        foreach ((string name, JsonNode template) in (await Rendered.FolderAsync(folder)).PodTemplates())
            AssertRestricted(name, template);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Limits_AreAtLeastWhatIsRequested(string folder)
    {
        foreach ((_, JsonNode template) in (await Rendered.FolderAsync(folder)).PodTemplates())
        {
            foreach (JsonNode container in Containers(template))
                AssertLimits(container);
        }
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Mounts_HaveTheirVolumes_AndConfigurationsTheirObjects(string folder)
    {
        Rendered rendered = await Rendered.FolderAsync(folder);
        foreach ((_, JsonNode template) in rendered.PodTemplates())
            AssertMounts(rendered, template);
    }

    internal static void AssertRestricted(string name, JsonNode template)
    {
        JsonNode pod = template.At("spec");
        Assert.False(pod.Flag("automountServiceAccountToken"), name);
        Assert.True(pod.Flag("securityContext.runAsNonRoot"), name);
        Assert.Equal(User, pod.Number("securityContext.runAsUser"));
        Assert.Equal(User, pod.Number("securityContext.fsGroup"));
        Assert.Equal("RuntimeDefault", pod.Text("securityContext.seccompProfile.type"));
        foreach (JsonNode container in Containers(template))
        {
            Assert.False(container.Flag("securityContext.allowPrivilegeEscalation"), name);
            Assert.True(container.Flag("securityContext.readOnlyRootFilesystem"), name);
            Assert.Equal(["ALL"], container.Texts("securityContext.capabilities.drop"));
        }
    }

    internal static void AssertLimits(JsonNode container)
    {
        var limits = container.Pairs("resources.limits");
        var requests = container.Pairs("resources.requests");
        Assert.Superset(new HashSet<string>(["cpu", "memory"]), limits.Keys.ToHashSet());
        Assert.Equal(limits.Keys.Order(), requests.Keys.Order());
        foreach ((string name, string limit) in limits)
            Assert.True(new ResourceQuantity(limit).ToDecimal() >= new ResourceQuantity(requests[name]).ToDecimal(), $"{name}: {limit} < {requests[name]}");
    }

    internal static void AssertMounts(Rendered rendered, JsonNode template)
    {
        var volumes = template.List("spec.volumes").ToDictionary(volume => volume.Text("name"));
        string[] mounted = [.. Containers(template).SelectMany(container => container.List("volumeMounts")).Select(mount => mount.Text("name"))];
        Assert.Equal(volumes.Keys.Order(), mounted.Distinct().Order());
        Assert.Equal("Memory", volumes["tmp"].Text("emptyDir.medium"));
        Assert.All(Containers(template).Where(container => container.Text("name") != "models"), container =>
            Assert.Contains("/tmp", container.List("volumeMounts").Select(mount => mount.Text("mountPath"))));
        Assert.All(
            volumes.Values.Select(volume => volume.Find("emptyDir")).OfType<JsonNode>(),
            empty => Assert.True(new ResourceQuantity(empty.Text("sizeLimit")).ToDecimal() > 0));
        foreach (JsonNode from in Containers(template).SelectMany(container => container.List("envFrom")))
        {
            if (from.Find("configMapRef.name") is { } name)
                Assert.NotNull(rendered.Named("ConfigMap", name.ToString()));
        }
    }

    private static JsonNode[] Containers(JsonNode template) => [.. template.List("spec.initContainers"), .. template.List("spec.containers")];
}
