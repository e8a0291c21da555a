using System.Globalization;
using System.Text.Json.Nodes;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Deployment.Tests.Docker;

namespace SpikingDetector.Deployment.Tests.Kubernetes;

/// <summary>Training on GPU nodes: a job for one, an MPI job for several.</summary>
public sealed class TrainingManifestTests
{
    private const string Job = "training/job";
    private const string MpiJob = "training/mpijob";
    private const string Name = "app.kubernetes.io/name";

    public static TheoryData<string> Folders => new(Job, MpiJob);

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Image_IsThatForCuda_OfThisVersion(string folder)
    {
        foreach ((_, JsonNode template) in (await Rendered.FolderAsync(folder)).PodTemplates())
            Assert.Equal($"spiking-detector/training:{Repository.Version}-cuda", template.Text("spec.containers.0.image"));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Training_GoesOnFromTheLastCheckpoint(string folder)
    {
        Rendered rendered = await Rendered.FolderAsync(folder);
        JsonNode container = Starter(rendered);
        string[] words = container.Texts("args");
        words = words[Array.IndexOf(words, "train")..];
        Assert.Equal(["train", "$(RECIPE)", "--data=/data", "--output=/runs/$(RUN)", "--resume", "--device=cuda"], words[..^1]);
        Assert.All(words[2..], TrainingOptions.AssertKnown);

        Dictionary<string, string> settings = rendered.One("ConfigMap").Pairs("data");
        Assert.Equal(["RECIPE", "RUN"], settings.Keys);
        Assert.StartsWith("/app/recipes/", settings["RECIPE"], StringComparison.Ordinal);
        Assert.Contains("--from=build /app /app", Dockerfile.Read("training").Final.All("COPY"));
        Assert.True(File.Exists(Repository.PathOf("training", "recipes", Path.GetFileName(settings["RECIPE"]))), settings["RECIPE"]);
        Assert.Equal(rendered.One("ConfigMap").Text("metadata.name"), container.Text("envFrom.0.configMapRef.name"));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Processes_HaveAGpuEach_AndTheirShareOfTheProcessors(string folder)
    {
        Rendered rendered = await Rendered.FolderAsync(folder);
        JsonNode pod = Processes(rendered).At("spec");
        int processes = folder == MpiJob ? rendered.One("MPIJob").Number("spec.slotsPerWorker") : 1;
        JsonNode limits = pod.At("containers.0.resources.limits");
        Assert.Equal(processes, int.Parse(limits["nvidia.com/gpu"]!.ToString(), CultureInfo.InvariantCulture));
        int threads = int.Parse(Starter(rendered).Texts("args")[^1]["--threads=".Length..], CultureInfo.InvariantCulture);
        Assert.Equal(int.Parse(limits.Text("cpu"), CultureInfo.InvariantCulture), processes * threads);
        Assert.Equal("nvidia.com/gpu", pod.Text("tolerations.0.key"));
        Assert.Equal("true", pod.At("nodeSelector")["nvidia.com/gpu.present"]!.ToString());
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task DataAndRuns_AreClaimsThatOutliveTheJob(string folder)
    {
        Rendered rendered = await Rendered.FolderAsync(folder);
        Assert.Empty(rendered.OfKind("PersistentVolumeClaim"));
        JsonNode pod = Processes(rendered).At("spec");
        Rendered storage = await Rendered.FolderAsync("training/storage");
        string[] mounts = [.. pod.List("containers.0.volumeMounts").Select(mount => $"{mount.Text("mountPath")} {mount.Find("readOnly")}".Trim())];
        Assert.Equal(["/data true", "/runs", "/tmp", "/dev/shm"], mounts);
        foreach (JsonNode volume in pod.List("volumes").Where(volume => volume.Find("persistentVolumeClaim") is not null))
            Assert.NotNull(storage.Named("PersistentVolumeClaim", volume.Text("persistentVolumeClaim.claimName")));
        if (folder == MpiJob)
            Assert.All(storage.OfKind("PersistentVolumeClaim"), claim => Assert.Equal(["ReadWriteMany"], claim.Texts("spec.accessModes")));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task NetworkPolicy_MeetsEveryPod(string folder)
    {
        Rendered rendered = await Rendered.FolderAsync(folder);
        JsonNode policy = rendered.One("NetworkPolicy").At("spec");
        string name = policy.At("podSelector.matchLabels")[Name]!.ToString();
        Assert.Equal(name, policy.At("ingress.0.from.0.podSelector.matchLabels")[Name]!.ToString());
        Assert.Equal(name, policy.At("egress.0.to.0.podSelector.matchLabels")[Name]!.ToString());
        Assert.All(rendered.PodTemplates(), pod => Assert.Equal(name, pod.Template.At("metadata.labels")[Name]!.ToString()));
    }

    [Fact]
    public async Task Job_StartsAgain_UnlessItCannotHelp()
    {
        JsonNode job = (await Rendered.FolderAsync(Job)).One("Job").At("spec");
        Assert.Equal("Never", job.Text("template.spec.restartPolicy"));
        Assert.True(job.Number("backoffLimit") > 1);
        Assert.Equal("Ignore", job.Text("podFailurePolicy.rules.0.action"));
        Assert.Equal("DisruptionTarget", job.Text("podFailurePolicy.rules.0.onPodConditions.0.type"));
        JsonNode diverged = job.At("podFailurePolicy.rules.1");
        Assert.Equal("FailJob", diverged.Text("action"));
        Assert.Equal([$"{ExitCode.CheckFailed}"], diverged.Texts("onExitCodes.values"));
        Assert.Equal(job.Text("template.spec.containers.0.name"), diverged.Text("onExitCodes.containerName"));
    }

    [Fact]
    public async Task MpiJob_StartsItsProcessesOnWorkersThatListen()
    {
        Rendered rendered = await Rendered.FolderAsync(MpiJob);
        JsonNode job = rendered.One("MPIJob");
        Assert.Equal("kubeflow.org/v2beta1", job.Text("apiVersion"));
        Assert.Equal(
            ["launcherCreationPolicy", "mpiReplicaSpecs", "runPolicy", "slotsPerWorker", "sshAuthMountPath"],
            job.At("spec").AsObject().Select(pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal(["Launcher", "Worker"], job.At("spec.mpiReplicaSpecs").AsObject().Select(pair => pair.Key));
        foreach (string role in (string[])["Launcher", "Worker"])
        {
            Assert.Equal("OnFailure", job.Text($"spec.mpiReplicaSpecs.{role}.restartPolicy"));
            Assert.Equal(
                ["replicas", "restartPolicy", "template"],
                job.At($"spec.mpiReplicaSpecs.{role}").AsObject().Select(pair => pair.Key).Order(StringComparer.Ordinal));
        }

        Assert.Equal(1, job.Number("spec.mpiReplicaSpecs.Launcher.replicas"));
        JsonNode launcher = Starter(rendered);
        Assert.Equal(["mpirun"], launcher.Texts("command"));
        string[] words = launcher.Texts("args");
        Assert.Equal(["--bind-to", "none", "--mca", "odls_base_sigkill_timeout"], words[..4]);
        Assert.Equal(["-x", "DOTNET_EnableDiagnostics", Dockerfile.Read("training").EntryPoint, "train"], words[5..9]);
        int seconds = int.Parse(words[4], CultureInfo.InvariantCulture);
        Assert.True(job.Number("spec.mpiReplicaSpecs.Launcher.template.spec.terminationGracePeriodSeconds") >= (2 * seconds) + 30);

        JsonNode worker = Processes(rendered).At("spec.containers.0");
        Assert.Equal(["/usr/sbin/sshd", "-D", "-e"], worker.Texts("command"));
        Assert.Equal(worker.Text("ports.0.name"), worker.Text("readinessProbe.tcpSocket.port"));
        Dictionary<string, string> sshd = Settings("docker", "sshd_config");
        Assert.Equal(sshd["Port"], worker.Text("ports.0.containerPort"));
        Assert.StartsWith($"{job.Text("spec.sshAuthMountPath")}/", sshd["HostKey"], StringComparison.Ordinal);
        Assert.Equal(sshd["Port"], Settings("docker", "ssh_config")["Port"]);
    }

    /// <summary>The container that runs the command <c>train</c>, or mpirun with it.</summary>
    private static JsonNode Starter(Rendered rendered) => rendered.PodTemplates().First(pod => pod.Name != "Worker").Template.At("spec.containers.0");

    /// <summary>The pods in which the processes of the training are.</summary>
    private static JsonNode Processes(Rendered rendered) => rendered.PodTemplates().Last().Template;

    private static Dictionary<string, string> Settings(params string[] path) =>
        File.ReadAllLines(Repository.PathOf(path))
            .Select(line => line.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Where(words => words.Length == 2 && words[0] != "#")
            .ToDictionary(words => words[0], words => words[1]);
}
