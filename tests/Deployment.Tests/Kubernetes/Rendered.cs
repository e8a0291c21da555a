using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SpikingDetector.Tests;

namespace SpikingDetector.Deployment.Tests.Kubernetes;

/// <summary>What <c>kubectl kustomize</c> makes of a folder of <c>deploy</c>.</summary>
internal sealed partial class Rendered
{
    public const string Namespace = "spiking-detector";

    private static readonly ConcurrentDictionary<string, Task<Rendered>> Made = new();
    private static readonly Lazy<Task<string?>> Missing = new(WhatIsMissingAsync);

    private Rendered(string text)
    {
        Text = text;
        Objects = YamlText.Documents(text);
    }

    public string Text { get; }

    public JsonNode[] Objects { get; }

    /// <summary>A folder that can be applied as it is.</summary>
    public static async Task<Rendered> FolderAsync(string folder)
    {
        Assert.SkipWhen(await Missing.Value is not null, await Missing.Value ?? "");
        return await Made.GetOrAdd(folder, name => RunAsync(Repository.PathOf("deploy", name)));
    }

    /// <summary>An overlay to which somebody adds a component.</summary>
    public static async Task<Rendered> WithComponentAsync(string overlay, string component)
    {
        Assert.SkipWhen(await Missing.Value is not null, await Missing.Value ?? "");
        using var folder = new TemporaryFolder();
        string Relative(string path) => Path.GetRelativePath(folder.Path, Repository.PathOf("deploy", path));
        await File.WriteAllTextAsync(folder["kustomization.yaml"], $"""
            apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            namespace: {Namespace}
            resources: [{Relative(overlay)}]
            components: [{Relative(component)}]
            """);
        return await RunAsync(folder.Path);
    }

    public JsonNode[] OfKind(string kind) => [.. Objects.Where(made => made.Text("kind") == kind)];

    /// <summary>The only object of its kind.</summary>
    public JsonNode One(string kind) => OfKind(kind).Single();

    public JsonNode Named(string kind, string name) => OfKind(kind).Single(made => made.Text("metadata.name") == name);

    /// <summary>Every template of pods with the name of what has it.</summary>
    public IEnumerable<(string Name, JsonNode Template)> PodTemplates() =>
        from made in Objects
        from template in (IEnumerable<(string, JsonNode?)>)
        [
            (made.Text("kind"), made.Find("spec.template")),
            ("Launcher", made.Find("spec.mpiReplicaSpecs.Launcher.template")),
            ("Worker", made.Find("spec.mpiReplicaSpecs.Worker.template")),
        ]
        where template.Item2 is not null
        select (template.Item1, template.Item2);

    private static async Task<Rendered> RunAsync(string folder)
    {
        (int exitCode, string output) = await Tool.RunAsync("kubectl", "kustomize", folder);
        Assert.True(exitCode == 0, output);
        return new Rendered(output);
    }

    private static async Task<string?> WhatIsMissingAsync()
    {
        if (!Tool.Exists("kubectl"))
            return "kubectl (Debian: kubernetes-client) is not installed.";
        (_, string versions) = await Tool.RunAsync("kubectl", "version", "--client");
        Match kustomize = KustomizePattern().Match(versions);
        return kustomize.Success && int.Parse(kustomize.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) >= 5
            ? null
            : "kubectl has no Kustomize 5 (Kubernetes 1.27 or later), which these files need.";
    }

    [GeneratedRegex(@"Kustomize Version: v(\d+)\.")]
    private static partial Regex KustomizePattern();
}
