using System.Text.Json.Nodes;
using SpikingDetector.Core.Images;
using SpikingDetector.Export;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

public sealed class ModelTests : IDisposable
{
    private static readonly byte[] File = PictureEncoder.EncodePng(new Picture(40, 30));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Models_DescribesWhatIsServed()
    {
        Export("things.onnx", ReferenceModels.Detector);
        Export("kinds.onnx", ReferenceModels.Classifier);
        await using RunningService service = await RunningService.StartAsync(_folder.Path);
        JsonNode list = await GetAsync(service, "/models");
        JsonNode kinds = list["models"]![0]!, things = list["models"]![1]!;

        Assert.Null(list["message"]);
        Assert.Equal(2, list["models"]!.AsArray().Count);
        Assert.Equal("kinds", (string?)kinds["name"]);
        Assert.Equal("classification", (string?)kinds["task"]);
        Assert.Equal(10, kinds["labels"]!.AsArray().Count);
        Assert.Null(kinds["categories"]);
        Assert.Equal("things", (string?)things["name"]);
        Assert.Equal("1", (string?)things["version"]);
        Assert.Equal("ready", (string?)things["status"]);
        Assert.Equal("detection", (string?)things["task"]);
        Assert.True((bool?)things["default"]);
        Assert.Equal("cpu", (string?)things["device"]);
        Assert.Contains("CPU only", (string?)things["device_warning"], StringComparison.Ordinal);
        Assert.Equal("retina10_asd", (string?)things["spec_name"]);
        Assert.Equal("float32", (string?)things["precision"]);
        Assert.Equal((256, 128), ((int)things["input"]!["width"]!, (int)things["input"]!["height"]!));
        Assert.Equal(100, (int?)things["max_detections"]);
        Assert.Equal("""{"id":1,"name":"thing0"}""", things["categories"]![0]!.ToJsonString());
        Assert.Equal(things.ToJsonString(), (await GetAsync(service, "/models/things")).ToJsonString());
    }

    [Theory]
    [InlineData("/models/none")]
    [InlineData("/models/..%2Fthings")]
    public async Task Model_Unknown_Is404(string address)
    {
        await using RunningService service = await RunningService.StartAsync(_folder.Path);
        await Problem.AssertAsync(await service.Client.GetAsync(address), 404, "unknown-model");
    }

    [Fact]
    public async Task Damaged_IsRefusedWithItsReason_AndTheOthersAreServed()
    {
        Export("good.onnx", ReferenceModels.Detector);
        System.IO.File.WriteAllBytes(_folder["bad.onnx"], System.IO.File.ReadAllBytes(_folder["good.onnx"])[..1000]);
        await using RunningService service = await RunningService.StartAsync(_folder.Path);
        JsonNode bad = await GetAsync(service, "/models/bad");

        Assert.Equal("refused", (string?)bad["status"]);
        Assert.Contains("bad.onnx is not a usable ONNX file", (string?)bad["reason"], StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Path, bad.ToJsonString(), StringComparison.Ordinal);
        await service.LogLineAsync(entry => entry.RenderMessage().Contains("bad.onnx", StringComparison.Ordinal));
        Assert.True((await service.Client.GetAsync("/health/ready")).IsSuccessStatusCode);
        JsonNode answer = await (await service.Client.PostAsync("/detect", Requests.Form(File))).JsonAsync();
        Assert.Equal("good", (string?)answer["model"]!["name"]);
        await Problem.AssertAsync(await service.Client.PostAsync("/detect?model=bad", Requests.Form(File)), 503, "not-ready");
    }

    [Fact]
    public async Task OnlyDamaged_StartsAndIsNotReady()
    {
        System.IO.File.WriteAllText(_folder["bad.onnx"], "no model");
        await using RunningService service = await RunningService.StartAsync(_folder.Path);

        Assert.True((await service.Client.GetAsync("/health/live")).IsSuccessStatusCode);
        string detail = await Problem.AssertAsync(await service.Client.GetAsync("/health/ready"), 503, "not-ready");
        Assert.Contains("/models", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NoModel_StartsAndSaysWhatIsMissing(bool folderExists)
    {
        string folder = folderExists ? _folder.Path : _folder["missing"];
        await using RunningService service = await RunningService.StartAsync(folder);

        Assert.True((await service.Client.GetAsync("/health/live")).IsSuccessStatusCode);
        HttpResponseMessage ready = await service.Client.GetAsync("/health/ready");
        Assert.Contains("There is no model", await Problem.AssertAsync(ready, 503, "not-ready"), StringComparison.Ordinal);
        JsonNode list = await GetAsync(service, "/models");
        Assert.Empty(list["models"]!.AsArray());
        Assert.Contains("There is no model", (string?)list["message"], StringComparison.Ordinal);
        await service.LogLineAsync(entry => entry.RenderMessage().Contains("There is no model", StringComparison.Ordinal));
        await Problem.AssertAsync(await service.Client.PostAsync("/detect", Requests.Form(File)), 503, "not-ready");
    }

    [Fact]
    public async Task OtherTaskOnly_Is404()
    {
        Export("things.onnx", ReferenceModels.Detector);
        await using RunningService service = await RunningService.StartAsync(_folder.Path);
        await Problem.AssertAsync(await service.Client.PostAsync("/classify", Requests.Form(File)), 404, "unknown-model");
    }

    [Fact]
    public async Task SeveralOfATask_NeedANameOrADefault()
    {
        Export("a.onnx", ReferenceModels.Detector);
        Export("b.onnx", ReferenceModels.Detector);
        await using (RunningService service = await RunningService.StartAsync(_folder.Path))
        {
            string detail = await Problem.AssertAsync(
                await service.Client.PostAsync("/detect", Requests.Form(File)), 400, "invalid-parameter");
            Assert.Contains("a, b", detail, StringComparison.Ordinal);
            Assert.Equal("a", await ModelOfAsync(service, "?model=a"));
            Assert.False((bool?)(await GetAsync(service, "/models/b"))["default"]);
        }

        await using (RunningService service = await RunningService.StartAsync(_folder.Path, ("Models:DefaultDetector", "b")))
        {
            Assert.Equal("b", await ModelOfAsync(service, ""));
            Assert.True((bool?)(await GetAsync(service, "/models/b"))["default"]);
            Assert.False((bool?)(await GetAsync(service, "/models/a"))["default"]);
        }
    }

    [Fact]
    public async Task DefaultThatIsMissing_IsLoggedAndNotReady()
    {
        Export("a.onnx", ReferenceModels.Classifier);
        await using RunningService service = await RunningService.StartAsync(_folder.Path, ("Models:DefaultClassifier", "b"));
        string detail = await Problem.AssertAsync(await service.Client.PostAsync("/classify", Requests.Form(File)), 503, "not-ready");
        Assert.Contains("of a.", detail, StringComparison.Ordinal);
        await service.LogLineAsync(entry => entry.RenderMessage().Contains("default model", StringComparison.Ordinal));
    }

    [Fact]
    public async Task VersionFolders_ServeTheHighestNumber()
    {
        foreach (string version in (string[])["2", "10", "9"])
            Export($"things/{version}/model.onnx", ReferenceModels.Detector);
        await using RunningService service = await RunningService.StartAsync(_folder.Path);
        JsonNode model = await GetAsync(service, "/models/things");

        Assert.Equal("10", (string?)model["version"]);
        Assert.Equal("things/10/model.onnx", (string?)model["file"]);
        Assert.Equal("ready", (string?)model["status"]);
    }

    [Theory]
    [InlineData("things/latest/model.onnx", "things", "whole numbers")]
    [InlineData("things/model.onnx", "things", "things/VERSION/model.onnx")]
    [InlineData("my things.onnx", "my%20things", "rename it")]
    public async Task WrongPlace_IsRefusedWithWhatIsExpected(string file, string name, string says)
    {
        Export(file, ReferenceModels.Detector);
        await using RunningService service = await RunningService.StartAsync(_folder.Path);
        JsonNode model = await GetAsync(service, $"/models/{name}");

        Assert.Equal("refused", (string?)model["status"]);
        Assert.Contains(says, (string?)model["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileAndFolderOfOneName_AreRefused()
    {
        Export("things.onnx", ReferenceModels.Detector);
        Export("things/2/model.onnx", ReferenceModels.Detector);
        await using RunningService service = await RunningService.StartAsync(_folder.Path);
        JsonNode model = Assert.Single((await GetAsync(service, "/models"))["models"]!.AsArray())!;

        Assert.Contains("as a file and as a folder", (string?)model["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task FixedBatch_IsServed()
    {
        Export("pairs.onnx", ReferenceModels.Detector, new ExportOptions { Batch = 2 });
        await using RunningService service = await RunningService.StartAsync(_folder.Path);
        Assert.Equal("pairs", await ModelOfAsync(service, ""));
    }

    private void Export(string file, string model, ExportOptions? options = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
        ReferenceModels.ExportTo(_folder[file], model, options);
    }

    private static async Task<JsonNode> GetAsync(RunningService service, string address) =>
        await (await service.Client.GetAsync(address)).JsonAsync();

    private static async Task<string?> ModelOfAsync(RunningService service, string query) =>
        (string?)(await (await service.Client.PostAsync($"/detect{query}", Requests.Form(File))).JsonAsync())["model"]!["name"];
}
