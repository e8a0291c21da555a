using System.Text.Json.Nodes;

namespace SpikingDetector.Deployment.Tests.Kubernetes;

/// <summary>What users add to an overlay.</summary>
public sealed class ComponentTests
{
    public static TheoryData<string> Components => new("api-keys", "models-image", "models-volume");

    public static TheoryData<string> OfModels => new("models-image", "models-volume");

    [Fact]
    public void EveryOverlay_NamesThem()
    {
        string folder = Repository.PathOf("deploy", "components");
        Assert.Equal(
            Components.Select(row => row.Data).Append("monitoring").Order(StringComparer.Ordinal),
            Directory.GetDirectories(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (string overlay in ServiceManifestTests.Overlays.Select(row => row.Data))
        {
            string text = File.ReadAllText(Repository.PathOf("deploy", "overlays", overlay, "kustomization.yaml"));
            Assert.All(Components, row => Assert.Contains($"# - ../../components/{row.Data}\n", text, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Components))]
    public async Task Pods_StayAsTheyShouldBe(string component)
    {
        Rendered rendered = await WithAsync(component);
        JsonNode template = ServiceManifestTests.Template(rendered);
        ManifestTests.AssertRestricted(component, template);
        ManifestTests.AssertMounts(rendered, template);
        Assert.All(template.List("spec.initContainers"), ManifestTests.AssertLimits);
        Assert.All(
            rendered.Objects.Where(made => made.Text("kind") != "Namespace"),
            made => Assert.Equal(Rendered.Namespace, made.Text("metadata.namespace")));
    }

    [Theory]
    [MemberData(nameof(OfModels))]
    public async Task Models_AreReadFromWhereTheyAreMounted(string component)
    {
        Rendered rendered = await WithAsync(component);
        JsonNode mount = ServiceManifestTests.Container(rendered).List("volumeMounts").Single(volume => volume.Text("name") == "models");
        Assert.Equal(mount.Text("mountPath"), ServiceManifestTests.Settings(rendered)["Models__Folder"]);
        Assert.True(mount.Flag("readOnly"));
        Assert.Equal("10", ServiceManifestTests.Settings(rendered)["Shutdown__GraceSeconds"]);
    }

    [Fact]
    public async Task ModelsVolume_HasItsClaim()
    {
        Rendered rendered = await WithAsync("models-volume");
        JsonNode volume = ServiceManifestTests.Template(rendered).List("spec.volumes").Single(one => one.Text("name") == "models");
        Assert.Equal(rendered.One("PersistentVolumeClaim").Text("metadata.name"), volume.Text("persistentVolumeClaim.claimName"));
    }

    [Fact]
    public async Task ModelsImage_IsCopiedIntoWhatTheServiceReads()
    {
        JsonNode init = ServiceManifestTests.Template(await WithAsync("models-image")).List("spec.initContainers").Single();
        Assert.Matches(@"^spiking-detector/models:\S+$", init.Text("image"));
        JsonNode mount = init.List("volumeMounts").Single();
        Assert.Equal("models", mount.Text("name"));
        Assert.Equal(["cp", "-r", "/models/.", mount.Text("mountPath")], init.Texts("command"));
    }

    /// <summary>A Secret that is missing keeps pods from starting: without keys the service would be open.</summary>
    [Fact]
    public async Task ApiKeys_AreNotOptional()
    {
        Rendered rendered = await WithAsync("api-keys");
        JsonNode[] from = ServiceManifestTests.Container(rendered).List("envFrom");
        Assert.Equal(2, from.Length);
        Assert.Equal("spiking-detector-keys", from[1].Text("secretRef.name"));
        Assert.Null(from[1].Find("secretRef.optional"));
        Assert.Equal("spiking-detector-metrics-key", rendered.One("ServiceMonitor").Text("spec.endpoints.0.authorization.credentials.name"));
    }

    private static Task<Rendered> WithAsync(string component) => Rendered.WithComponentAsync("overlays/cpu", $"components/{component}");
}
