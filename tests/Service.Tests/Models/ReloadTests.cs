using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SpikingDetector.Core.Images;
using SpikingDetector.Service.Models;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests.Models;

/// <summary>Models that change while the service runs. A reload is asked for, so that no test waits for a poll but one.</summary>
public sealed class ReloadTests : IDisposable
{
    private const string Key = "a key that may reload";

    private static readonly byte[] Photo = PictureEncoder.EncodePng(new Picture(40, 30));

    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _good;

    public ReloadTests()
    {
        ReferenceModels.ExportTo(_folder["good"], ReferenceModels.Detector);
        _good = File.ReadAllBytes(_folder["good"]);
        File.Delete(_folder["good"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task NewVersion_TakesTheOldOnesPlace()
    {
        Put("things", 1, _good);
        await using RunningService service = await StartAsync();
        Assert.Equal("1", await DetectAsync(service));

        Put("things", 2, _good);
        JsonNode list = await ReloadAsync(service);
        Assert.Equal(["2 ready"], Versions(list));
        Assert.Equal("2", await DetectAsync(service));
        await Problem.AssertAsync(await PostAsync(service, "/detect?model=things&version=1"), 404, "unknown-model");
    }

    [Fact]
    public async Task SeveralVersions_AreServed_IfSoConfigured()
    {
        Put("things", 1, _good);
        Put("things", 2, _good);
        Put("things", 3, _good);
        await using RunningService service = await StartAsync(("Models:KeepVersions", "2"));
        Assert.Equal(["3 ready", "2 ready"], Versions(await GetAsync(service)));
        Assert.Equal("3", await DetectAsync(service));
        Assert.Equal("2", await DetectAsync(service, "?model=things&version=2"));
        await Problem.AssertAsync(await PostAsync(service, "/detect?version=2"), 400, "invalid-parameter");
        Assert.Equal("3", (string?)JsonNode.Parse(await service.Client.GetStringAsync("/models/things"))!["version"]);
    }

    [Fact]
    public async Task BadNewVersion_IsRefusedWithItsReason_AndTheOldOneServesOn()
    {
        Put("things", 1, _good);
        await using RunningService service = await StartAsync();
        Put("things", 2, _good[..1000]);
        JsonNode list = await ReloadAsync(service);
        Assert.Equal(["2 refused", "1 ready"], Versions(list));
        Assert.Contains("not a usable ONNX file", (string?)list["models"]![0]!["reason"], StringComparison.Ordinal);
        Assert.Equal("1", await DetectAsync(service));
        await Problem.AssertAsync(await PostAsync(service, "/detect?model=things&version=2"), 503, "not-ready");

        // It stays refused, and is not tried again, until the file changes.
        int tries = service.Log.Count(entry => entry.MessageTemplate.Text.Contains("is not served", StringComparison.Ordinal));
        await ReloadAsync(service);
        Assert.Equal(tries, service.Log.Count(entry => entry.MessageTemplate.Text.Contains("is not served", StringComparison.Ordinal)));
        Put("things", 2, _good);
        Assert.Equal(["2 ready"], Versions(await ReloadAsync(service)));
    }

    [Fact]
    public async Task BadVersion_AtTheStart_LeavesTheOneBelow()
    {
        Put("things", 1, _good);
        Put("things", 2, _good[..1000]);
        await using RunningService service = await StartAsync();
        Assert.Equal(["2 refused", "1 ready"], Versions(await GetAsync(service)));
        Assert.Equal("1", await DetectAsync(service));
    }

    [Fact]
    public async Task OverwrittenByABadFile_TheOldContentServesOn()
    {
        Put("things", 1, _good);
        await using RunningService service = await StartAsync();
        Put("things", 1, _good[..1000]);
        JsonNode list = await ReloadAsync(service);
        Assert.Equal(["1 ready"], Versions(list));
        Assert.Contains("not a usable ONNX file", (string?)list["models"]![0]!["reason"], StringComparison.Ordinal);
        Assert.Equal("1", await DetectAsync(service));

        // Even where the folder of what is served is taken away, as long as there is nothing better.
        Put("things", 2, _good[..2000]);
        Directory.Delete(_folder["models/things/1"], true);
        Assert.Equal(["2 refused", "1 ready"], Versions(await ReloadAsync(service)));
        Assert.Equal("1", await DetectAsync(service));
    }

    [Fact]
    public async Task HalfCopied_IsLeftAloneUntilItIsWhole()
    {
        Put("things", 1, _good);
        await using RunningService service = await StartAsync();
        Directory.CreateDirectory(_folder["models/things/2"]);
        await using (FileStream copy = File.Create(_folder["models/things/2/model.onnx"]))
        {
            int half = _good.Length / 2;
            using var copying = new CancellationTokenSource();
            Task growing = GrowAsync(copy, half, copying.Token);
            Assert.Equal(["2 loading", "1 ready"], Versions(await ReloadAsync(service)));
            Assert.Equal("1", await DetectAsync(service));
            await copying.CancelAsync();
            await growing;
            copy.Write(_good.AsSpan((int)copy.Position));
        }

        Assert.Equal(["2 ready"], Versions(await ReloadAsync(service)));
        Assert.DoesNotContain(service.Log, entry => entry.MessageTemplate.Text.Contains("is not served", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WrittenToWhileItIsOpened_IsNotServedUntilItRests()
    {
        Put("things", 1, _good);
        await using RunningService service = await StartAsync();
        Put("things", 2, _good);
        using var over = new CancellationTokenSource();
        string file = _folder["models/things/2/model.onnx"];
        DateTime longAgo = DateTime.UtcNow.AddHours(-1); // It looks settled each time.
        Task writer = Task.Run(() =>
        {
            for (int i = 0; !over.IsCancellationRequested; i++)
                File.SetLastWriteTimeUtc(file, longAgo.AddSeconds(i % 1000));
        });
        JsonNode list = await ReloadAsync(service);
        await over.CancelAsync();
        await writer;
        Assert.Equal(["2 loading", "1 ready"], Versions(list));
        Assert.Equal("1", await DetectAsync(service));
        Assert.Equal(["2 ready"], Versions(await ReloadAsync(service)));
    }

    [Fact]
    public async Task TakenAway_IsNoLongerServed_AndAnotherModelIs()
    {
        Put("things", 1, _good);
        await using RunningService service = await StartAsync();
        Put("others", 7, _good);
        Assert.Equal(["7 ready", "1 ready"], Versions(await ReloadAsync(service)));
        Directory.Delete(_folder["models/things"], true);
        Assert.Equal(["7 ready"], Versions(await ReloadAsync(service)));
        await Problem.AssertAsync(await PostAsync(service, "/detect?model=things"), 404, "unknown-model");
        Assert.Equal("7", await DetectAsync(service));
    }

    [Fact]
    public async Task FolderThatIsAway_ChangesNothing()
    {
        Put("things", 1, _good);
        await using RunningService service = await StartAsync(pollSeconds: 1);
        Directory.Move(_folder["models"], _folder["away"]);
        await Problem.AssertAsync(await service.Client.PostAsync("/models/reload", null), 503, "not-ready");
        await Task.Delay(1500, TestContext.Current.CancellationToken); // A poll.
        Assert.Equal("1", await DetectAsync(service));
        Directory.Move(_folder["away"], _folder["models"]);
        Assert.Equal(["1 ready"], Versions(await ReloadAsync(service)));
    }

    [Fact]
    public async Task WhatBeginsWithADot_IsPassedOver()
    {
        Put("things", 1, _good);
        Put("things", 1, _good, root: "models/.incoming");
        Directory.CreateDirectory(_folder["models/things/.2"]);
        File.WriteAllBytes(_folder["models/things/.2/model.onnx"], _good[..1000]);
        File.WriteAllBytes(_folder["models/.half.onnx"], _good[..1000]);
        await using RunningService service = await StartAsync();
        Assert.Equal(["1 ready"], Versions(await GetAsync(service)));
    }

    [Fact]
    public async Task Poll_FindsANewVersionByItself()
    {
        Put("things", 1, _good);
        await using RunningService service = await StartAsync(pollSeconds: 1);
        Put("things", 2, _good);
        for (int i = 0; i < 100 && await DetectAsync(service) != "2"; i++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Equal("2", await DetectAsync(service));
    }

    [Fact]
    public async Task Reload_NeedsAKeyThatMay()
    {
        Put("things", 1, _good);
        await using RunningService service = await RunningService.StartAsync(_folder["models"]);
        await Problem.AssertAsync(await service.Client.PostAsync("/models/reload", null), 403, "forbidden");
    }

    [Fact]
    public async Task Leased_StaysOpenUntilTheLastRequestIsAnswered()
    {
        Put("things", 1, _good);
        await using RunningService service = await StartAsync();
        var catalog = (ModelCatalog)service.Services.GetService(typeof(ModelCatalog))!;
        ModelLease first = catalog.Find("things"), second = catalog.Find("things");
        Put("things", 2, _good);
        await ReloadAsync(service);
        first.Dispose();
        first.Dispose();

        using Picture picture = PictureDecoder.Decode(Photo);
        second.Model.Session.Detect(picture);
        Assert.NotNull(second.Model.TryLease());
        second.Model.Release();
        second.Dispose();
        Assert.Null(second.Model.TryLease());
        Assert.Throws<ObjectDisposedException>(() => second.Model.Session.Detect(picture));
    }

    [Fact]
    public async Task FiftyReloadsUnderLoad_FailNoRequest_AndNeitherDoCorruptOnes()
    {
        Put("things", 1, _good);
        await using RunningService service = await StartAsync();
        using var over = new CancellationTokenSource();
        var served = new HashSet<string>();
        Task<int>[] clients = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            int requests = 0;
            for (; !over.IsCancellationRequested; requests++)
            {
                string version = await DetectAsync(service);
                lock (served)
                    served.Add(version);
            }

            return requests;
        }))];
        for (int version = 2; version <= 51; version++)
        {
            bool corrupt = version % 5 == 0;
            Put("things", version, corrupt ? _good[..(version * 500)] : _good);
            JsonNode list = await ReloadAsync(service);
            Assert.Equal(corrupt ? "refused" : "ready", (string?)list["models"]![0]!["status"]);
        }

        await over.CancelAsync();
        int[] requests = await Task.WhenAll(clients); // A failed request fails its client.
        Assert.True(requests.Sum() > 50, $"Only {requests.Sum()} requests.");
        Assert.True(served.Count > 10, $"Only {served.Count} versions were seen.");
        Assert.DoesNotContain(served, version => int.Parse(version) % 5 == 0);
        Assert.Equal("51", await DetectAsync(service));
    }

    private async Task GrowAsync(FileStream copy, int upTo, CancellationToken stop)
    {
        while (copy.Position < upTo && !stop.IsCancellationRequested)
        {
            copy.Write(_good.AsSpan((int)copy.Position, 1000));
            await copy.FlushAsync(CancellationToken.None);
            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <summary>Puts a version there as it should be done: written elsewhere, then renamed.</summary>
    private void Put(string name, int version, byte[] content, string root = "models")
    {
        string staged = _folder[$"staged-{name}-{version}"];
        Directory.CreateDirectory(staged);
        File.WriteAllBytes(Path.Combine(staged, "model.onnx"), content);
        File.SetLastWriteTimeUtc(Path.Combine(staged, "model.onnx"), DateTime.UtcNow.AddMinutes(-1).AddSeconds(-content.Length));
        string place = _folder[$"{root}/{name}/{version}"];
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        if (Directory.Exists(place))
            Directory.Delete(place, true);
        Directory.Move(staged, place);
    }

    private Task<RunningService> StartAsync(params (string Key, string Value)[] settings) => StartAsync(0, settings);

    private async Task<RunningService> StartAsync(int pollSeconds, params (string Key, string Value)[] settings)
    {
        RunningService service = await RunningService.StartAsync(
            _folder["models"],
            [
                ("Models:PollSeconds", $"{pollSeconds}"),
                ("Security:ApiKeys:0:Name", "operator"),
                ("Security:ApiKeys:0:Sha256", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Key)))),
                ("Security:ApiKeys:0:MayReload", "true"),
                .. settings,
            ]);
        service.Client.DefaultRequestHeaders.Add("X-API-Key", Key);
        return service;
    }

    private static string[] Versions(JsonNode list) =>
        [.. list["models"]!.AsArray().Select(model => $"{(string?)model!["version"]} {(string?)model["status"]}")];

    private static async Task<JsonNode> GetAsync(RunningService service) => await (await service.Client.GetAsync("/models")).JsonAsync();

    private static async Task<JsonNode> ReloadAsync(RunningService service) =>
        await (await service.Client.PostAsync("/models/reload", null)).JsonAsync();

    private static Task<HttpResponseMessage> PostAsync(RunningService service, string address) =>
        service.Client.PostAsync(address, Requests.Raw(Photo, "image/png"));

    private static async Task<string> DetectAsync(RunningService service, string query = "")
    {
        HttpResponseMessage response = await PostAsync(service, $"/detect{query}");
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return (string)(await response.JsonAsync())["model"]!["version"]!;
    }
}
