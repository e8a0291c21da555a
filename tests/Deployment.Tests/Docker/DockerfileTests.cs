using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SpikingDetector.Service.Health;
using SpikingDetector.Service.Hosting;

namespace SpikingDetector.Deployment.Tests.Docker;

/// <summary>The Dockerfiles agree with the projects that they build, with the service and with each other.</summary>
public sealed partial class DockerfileTests
{
    private static readonly string[] Programs = ["service", "training", "export"];

    public static TheoryData<string> All => new(Programs);

    [Fact]
    public void EveryDockerfile_IsTested() => Assert.Equal(
        Programs.Order(), Directory.GetFiles(Repository.PathOf("docker"), "*.Dockerfile").Select(file => Path.GetFileName(file).Split('.')[0]).Order());

    [Theory]
    [MemberData(nameof(All))]
    public void EveryBase_IsPinnedToAVersion_OrAStageBefore(string program)
    {
        Dockerfile file = Dockerfile.Read(program);
        foreach (string accelerator in (string[])["cpu", "cuda"])
        {
            for (int i = 0; i < file.Stages.Count; i++)
            {
                string name = file.Expand(file.Stages[i].Base, accelerator);
                Assert.True(file.Stages[..i].Any(stage => stage.Name == name) || Pinned().IsMatch(name), $"{name} is neither pinned nor a stage.");
            }
        }

        Assert.Equal("cpu", file.Argument("ACCELERATOR"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void SdkAndRuntime_AreTheSameEverywhere_AndTheSdkIsOneOfGlobalJson(string program)
    {
        Dockerfile file = Dockerfile.Read(program);
        Dockerfile service = Dockerfile.Read("service");
        Assert.Equal(service.Argument("SDK"), file.Argument("SDK"));
        Assert.Equal(VersionOf(service.Argument("ASPNET")), VersionOf(file.Argument(program == "service" ? "ASPNET" : "RUNTIME")));

        JsonNode sdk = JsonNode.Parse(File.ReadAllText(Repository.PathOf("global.json")))!["sdk"]!;
        Assert.Equal("latestFeature", sdk["rollForward"]!.GetValue<string>());
        Version least = Version.Parse(sdk["version"]!.GetValue<string>());
        Version used = VersionOf(file.Argument("SDK"));
        Assert.Equal((least.Major, least.Minor), (used.Major, used.Minor));
        Assert.True(used >= least, $"{used} is older than global.json's {least}.");
    }

    [Fact]
    public async Task Runtime_IsTheOneThatTheSdkBringsAlong()
    {
        Dockerfile file = Dockerfile.Read("service");
        (_, string installed) = await Tool.RunAsync("dotnet", "--version");
        Assert.SkipUnless(installed.Trim() == VersionOf(file.Argument("SDK")).ToString(), "Another SDK than the images' is installed.");
        (int exitCode, string runtime) = await Tool.RunAsync(
            "dotnet", "msbuild", Repository.PathOf(ProjectFiles.File("core")), "-nologo", "-nodeReuse:false", "-getProperty:BundledNETCoreAppPackageVersion");
        Assert.Equal(0, exitCode);
        Assert.Equal(runtime.Trim(), VersionOf(file.Argument("ASPNET")).ToString());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void AcceleratorAndRevision_ReachTheBuild(string program)
    {
        Dockerfile.Stage build = Dockerfile.Read(program).Build;
        string[] commands = [.. build.All("RUN").Where(words => words.StartsWith("dotnet ", StringComparison.Ordinal))];
        Assert.Equal([$"dotnet restore {program}", $"dotnet publish {program}"], commands.Select(words => string.Join(' ', words.Split(' ')[..3])));
        Assert.All(commands, words => Assert.Contains(" -p:Accelerator=${ACCELERATOR}", words, StringComparison.Ordinal));
        Assert.InRange(build.Instructions.IndexOf(new("ARG", "ACCELERATOR")), 0, build.IndexOf("RUN", "dotnet restore"));

        Assert.Contains(" -p:SourceRevisionId=${REVISION}", commands[1], StringComparison.Ordinal);
        Assert.InRange(
            build.Instructions.IndexOf(new("ARG", "REVISION")), build.IndexOf("RUN", "dotnet restore"), build.IndexOf("RUN", "dotnet publish"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void RestoredLayer_DependsOnAllThatDecidesOnPackages_AndNothingElse(string program)
    {
        Dockerfile.Stage build = Dockerfile.Read(program).Build;
        string[] root = [.. Directory.GetFiles(Repository.PathOf(), "Directory.*").Select(file => Path.GetFileName(file))];
        string[] expected =
        [
            "global.json", .. root,
            .. ProjectFiles.Folders(program).SelectMany(folder => (string[])[ProjectFiles.File(folder), .. ProjectFiles.Imports(folder)]),
        ];
        int restore = build.IndexOf("RUN", "dotnet restore");
        string[] copied =
        [
            .. build.Copies().Where(copy => copy.Index < restore).SelectMany(copy => copy.Source.Contains('*', StringComparison.Ordinal)
                ? Directory.GetFiles(Repository.PathOf(copy.Target), Path.GetFileName(copy.Source)).Select(file => copy.Target + Path.GetFileName(file))
                : [copy.Source]),
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), copied.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void PublishedSources_AreThoseOfTheProjectsAndWhatTheyInclude_AndNothingElse(string program)
    {
        Dockerfile.Stage build = Dockerfile.Read(program).Build;
        SortedSet<string> expected = ProjectFiles.Folders(program);
        expected.UnionWith(expected.SelectMany(ProjectFiles.Included).ToArray());
        int restore = build.IndexOf("RUN", "dotnet restore");
        int publish = build.IndexOf("RUN", "dotnet publish");
        (int Index, string Source, string Target)[] copies = [.. build.Copies().Where(copy => copy.Index > restore && copy.Index < publish)];
        Assert.Contains((".editorconfig", "./"), copies.Select(copy => (copy.Source, copy.Target)));
        copies = [.. copies.Where(copy => copy.Source != ".editorconfig")];
        Assert.All(copies, copy => Assert.Equal(copy.Source, copy.Target));
        Assert.Equal(expected, copies.Select(copy => copy.Source.TrimEnd('/')).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Image_RunsTheProgramAsAUserWithoutRights(string program)
    {
        Dockerfile.Stage final = Dockerfile.Read(program).Final;
        Assert.Equal(["1654"], final.All("USER"));
        Assert.True(final.Instructions.IndexOf(new("USER", "1654")) > final.Instructions.FindLastIndex(instruction => instruction.Name == "RUN"));
        string name = Path.GetFileNameWithoutExtension(ProjectFiles.File(program));
        Assert.Equal([$"/app/{name}"], Dockerfile.Instruction.Exec(final.Last("ENTRYPOINT")));
        Assert.Contains("--from=build /app /app", final.All("COPY"));
        Assert.Equal("0", final.Pairs("ENV")["DOTNET_EnableDiagnostics"]);
    }

    [Fact]
    public void Service_ListensWhereItDoesByItself()
    {
        Dockerfile.Stage final = Dockerfile.Read("service").Final;
        Dictionary<string, string> environment = final.Pairs("ENV");
        Assert.Equal(DefaultAddress.Port, environment["ASPNETCORE_HTTP_PORTS"]);
        Assert.Equal(DefaultAddress.GrpcUrl, environment["Grpc__Url"]);
        Assert.Equal(
            [ServiceDefaults.HttpPort, ServiceDefaults.GrpcPort],
            final.Last("EXPOSE").Split(' ').Select(port => int.Parse(port, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void ServiceAlone_HasAHealthCheck_WhichIsItsOwnCommand()
    {
        Dockerfile.Stage final = Dockerfile.Read("service").Final;
        string[] check = Dockerfile.Instruction.Exec(final.Last("HEALTHCHECK").Split(" CMD ")[1]);
        Assert.Equal([.. Dockerfile.Instruction.Exec(final.Last("ENTRYPOINT")), HealthCommand.Name], check);
        Assert.All(Programs.Except(["service"]), program => Assert.Empty(Dockerfile.Read(program).Final.All("HEALTHCHECK")));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Labels_SayWhatItIs(string program)
    {
        const string Prefix = "org.opencontainers.image.";
        Dockerfile.Stage final = Dockerfile.Read(program).Final;
        Dictionary<string, string> labels = final.Pairs("LABEL");
        Assert.Equal([$"{Prefix}description", $"{Prefix}revision", $"{Prefix}title", $"{Prefix}version"], labels.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Repository.Version, labels[$"{Prefix}version"]);
        Assert.Equal("${REVISION}", labels[$"{Prefix}revision"]);
        Assert.InRange(final.Instructions.IndexOf(new("ARG", "REVISION")), 0, final.IndexOf("LABEL", "REVISION"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void IgnoreFile_KeepsNothingOutThatIsCopied(string program)
    {
        Dockerfile file = Dockerfile.Read(program);
        Assert.All(
            file.Stages.SelectMany(stage => stage.Copies()),
            copy => Assert.False(IgnoreFile.Ignores(copy.Source.TrimEnd('/')), $"{copy.Source} is kept out."));
    }

    [Theory]
    [InlineData(".git/HEAD")]
    [InlineData("service/bin/Debug/net10.0/x.dll")]
    [InlineData("training/obj/project.assets.json")]
    [InlineData("tests/Service.Tests/ServiceTests.cs")]
    [InlineData("export/node/node_modules/x/index.js")]
    [InlineData("runs/bccd/last.safetensors")]
    [InlineData("data/train/1.jpg")]
    public void IgnoreFile_KeepsOutWhatNoBuildNeeds(string path) => Assert.True(IgnoreFile.Ignores(path));

    [Theory]
    [InlineData("tests/photos/BloodImage_00014.jpg")]
    [InlineData("tests/cifar10/cifar10-ship.jpg")]
    [InlineData("models/bccd-sg10.onnx")]
    [InlineData("training/Runs/Run.cs")]
    public void IgnoreFile_LeavesIn(string path) => Assert.False(IgnoreFile.Ignores(path));

    [Fact]
    public void Workers_AreReachedWhereTheyListen() =>
        Assert.Equal(Setting("sshd_config", "Port"), Setting("ssh_config", "Port"));

    [Fact]
    public void Readme_TagsWithTheVersion()
    {
        string readme = File.ReadAllText(Repository.PathOf("docker", "README.md"));
        string[] tags = [.. Tag().Matches(readme).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(tags);
        Assert.All(tags, tag => Assert.Equal(Repository.Version, tag));
    }

    private static string Setting(string file, string name) =>
        File.ReadLines(Repository.PathOf("docker", file)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(words => words.Length == 2 && words[0] == name)[1];

    private static Version VersionOf(string image) => Version.Parse(image.Split(':')[1].Split('-')[0]);

    /// <summary>Registry, name and all three parts of a version.</summary>
    [GeneratedRegex(@"^[a-z.]+/[a-z/]+:\d+\.\d+\.\d+(-[a-z0-9.-]+)?$")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"spiking-detector/\w+:([\d.]+\d)")]
    private static partial Regex Tag();
}
