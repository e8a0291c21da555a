using System.Text.Json.Nodes;
using SpikingDetector.Deployment.Tests.Docker;
using SpikingDetector.Service.Health;
using SpikingDetector.Service.Tests;

namespace SpikingDetector.Deployment.Tests.Compose;

/// <summary>The compose file agrees with the service, the images and the repository.</summary>
public sealed class ComposeTests
{
    /// <summary>Of the Compose Specification, what this file has use for; another key is a mistake or belongs here.</summary>
    private static readonly string[] KnownKeys =
    [
        "build", "cap_drop", "command", "depends_on", "deploy", "env_file", "environment", "healthcheck", "image", "mem_limit", "ports",
        "profiles", "read_only", "restart", "secrets", "security_opt", "stop_grace_period", "tmpfs", "volumes",
    ];

    private static readonly string[] OfThisRepository = ["service", "service-gpu", "training", "training-gpu"];

    public static TheoryData<string> Services => new("service", "service-gpu");

    public static TheoryData<string> Trainings => new("training", "training-gpu");

    public static TheoryData<string> All => new([.. OfThisRepository, "prometheus", "grafana"]);

    [Fact]
    public void Profiles_HoldWhatTheySay()
    {
        JsonObject services = ComposeFile.Read().At("services").AsObject();
        Assert.Equal(
            ["grafana: monitoring", "prometheus: monitoring", "service-gpu: gpu", "service: ", "training-gpu: training-gpu", "training: training"],
            services.Select(pair => $"{pair.Key}: {string.Join(',', pair.Value!.Texts("profiles"))}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void EveryService_HasKnownKeys_AndNoMoreRightsThanItNeeds(string name)
    {
        JsonObject service = ComposeFile.Service(name);
        Assert.Empty(service.Select(pair => pair.Key).Except(KnownKeys));
        Assert.Equal(["ALL"], service.Texts("cap_drop"));
        Assert.Equal(["no-new-privileges:true"], service.Texts("security_opt"));
        Assert.All(ComposeFile.Ports(service), port => Assert.Equal("127.0.0.1", port.Address));
        Assert.Matches(@":v?\d+\.\d+\.\d+(-cuda)?$", service.Text("image"));
    }

    [Fact]
    public void PublishedPorts_Differ()
    {
        int[] ports = [.. ComposeFile.Read().At("services").AsObject().SelectMany(pair => ComposeFile.Ports(pair.Value!.AsObject())).Select(port => port.Host)];
        Assert.Equal(ports.Distinct(), ports);
    }

    [Fact]
    public void Images_AreOfThisVersion_BuiltFromTheirDockerfiles()
    {
        foreach (string name in OfThisRepository)
        {
            JsonObject service = ComposeFile.Service(name);
            string program = name.Split('-')[0];
            bool cuda = name.EndsWith("-gpu", StringComparison.Ordinal);
            Assert.Equal($"spiking-detector/{program}:{Repository.Version}{(cuda ? "-cuda" : "")}", service.Text("image"));
            Assert.Equal($"docker/{program}.Dockerfile", service.Text("build.dockerfile"));
            Assert.Equal(".", service.Text("build.context"));
            Assert.Equal(cuda ? "cuda" : null, service.Find("build.args.ACCELERATOR")?.ToString());
            Assert.Equal(cuda ? ["gpu"] : [], service.Texts("deploy.resources.reservations.devices.0.capabilities"));
            Assert.True(service.Flag("read_only"));
            Assert.Equal(["/tmp"], service.Texts("tmpfs"));
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Service_ListensWhereItIsPublished_AndHasTimeToStop(string name)
    {
        JsonObject service = ComposeFile.Service(name);
        Assert.Equal(
            [ServiceDefaults.HttpPort, ServiceDefaults.GrpcPort],
            ComposeFile.Ports(service).Select(port => port.Container));
        Assert.True(Duration.Parse(service.Text("stop_grace_period")) >= ServiceDefaults.ToStop(service.Pairs("environment")) + TimeSpan.FromSeconds(5));
        Assert.Equal("unless-stopped", service.Text("restart"));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Service_IsWatchedByItsOwnCommand(string name)
    {
        JsonNode check = ComposeFile.Service(name).At("healthcheck");
        Assert.Equal(["CMD", Dockerfile.Read("service").EntryPoint, HealthCommand.Name], check.Texts("test"));
        Assert.True(Duration.Parse(check.Text("timeout")) > TimeSpan.FromSeconds(HealthCommand.DefaultTimeoutSeconds));
        Assert.True(Duration.Parse(check.Text("timeout")) <= Duration.Parse(check.Text("interval")));
        Assert.Equal(ServiceDefaults.HttpPort, new Uri(HealthCommand.DefaultUrl).Port);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Service_HasTheMemoryThatTwoDecodersNeed(string name)
    {
        JsonObject service = ComposeFile.Service(name);
        Assert.Equal("4g", service.Text("mem_limit"));
        Assert.True(ServiceDefaults.MostMemory(service.Pairs("environment"), decoders: 2) <= 4L << 30);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Settings_AreTheServicesOwn(string name)
    {
        JsonObject service = ComposeFile.Service(name);
        (string source, string target, bool readOnly) = ComposeFile.Mounts(service).Single();
        Assert.True(readOnly);
        Assert.Equal(target, service.Text("environment.Models__Folder"));
        await using ChildService started = await ServiceSettings.StartAsync(service.Pairs("environment"), Repository.PathOf(source));
        await started.WaitUntilReadyAsync();
    }

    [Fact]
    public async Task ASettingThatIsMisspelt_IsFound()
    {
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => ChildService.StartAsync([KeyValuePair.Create("Models__Folders", "/models")]));
        Assert.Contains("Folders", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gpu_HasOneGpu_AndAsksForIt()
    {
        JsonObject service = ComposeFile.Service("service-gpu");
        Assert.Equal("cuda", service.Text("environment.Models__Device"));
        Assert.Equal(1, service.Number("deploy.resources.reservations.devices.0.count"));
        Assert.Equal("nvidia", service.Text("deploy.resources.reservations.devices.0.driver"));
        Assert.Null(ComposeFile.Service("service").Find("environment.Models__Device"));
    }

    [Theory]
    [MemberData(nameof(Trainings))]
    public void Training_ReadsData_WritesRuns_AndGoesOnAfterAFailure(string name)
    {
        JsonObject training = ComposeFile.Service(name);
        (string Source, string Target, bool ReadOnly)[] mounts = ComposeFile.Mounts(training);
        Assert.Equal(["/recipes True", "/data True", "/runs False"], mounts.Select(mount => $"{mount.Target} {mount.ReadOnly}"));
        Assert.Contains("on-failure", training.Text("restart"), StringComparison.Ordinal);

        string[] command = training.Texts("command");
        Assert.Equal("train", command[0]);
        Assert.Contains("--resume", command);
        Assert.Contains("--data=/data", command);
        Assert.StartsWith("/runs/", command.Single(word => word.StartsWith("--output=", StringComparison.Ordinal)).Split('=')[1], StringComparison.Ordinal);
        Assert.Equal(name == "training-gpu", command.Contains("--device=cuda"));
        Assert.All(command[2..], TrainingOptions.AssertKnown);
        string recipe = command[1].Replace("/recipes", mounts[0].Source, StringComparison.Ordinal);
        Assert.True(File.Exists(Repository.PathOf(recipe)), $"There is no {recipe}.");
    }

    [Fact]
    public void Both_TrainAlike()
    {
        string[] cpu = ComposeFile.Service("training").Texts("command");
        string[] gpu = ComposeFile.Service("training-gpu").Texts("command");
        Assert.Equal([.. cpu, "--device=cuda"], gpu);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void WhatIsMounted_IsThere(string name)
    {
        JsonObject volumes = ComposeFile.Read().At("volumes").AsObject();
        foreach ((string source, string target, _) in ComposeFile.Mounts(ComposeFile.Service(name)).Where(mount => mount.Target != "/data"))
        {
            Assert.True(
                source.StartsWith("./", StringComparison.Ordinal) ? Path.Exists(Repository.PathOf(source)) : volumes.ContainsKey(source),
                $"There is no {source}, which {name} has at {target}.");
        }
    }

    [Fact]
    public void EveryVariable_IsDescribed_AndHasADefault()
    {
        string guide = File.ReadAllText(Repository.PathOf("deploy", "README.md"));
        Assert.DoesNotContain("${", ComposeFile.Read().ToJsonString(), StringComparison.Ordinal);
        Assert.All([.. ComposeFile.Variables(), "GRAFANA_ADMIN_PASSWORD"], name => Assert.Contains($"`{name}`", guide, StringComparison.Ordinal));
    }
}
