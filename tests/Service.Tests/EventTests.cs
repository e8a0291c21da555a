using System.Text;
using System.Text.Json.Nodes;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Tests.Events;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary><c>/classify</c> with a network whose input are the events of a camera.</summary>
public sealed class EventTests(EventServiceFixture fixture) : IClassFixture<EventServiceFixture>
{
    private static readonly byte[] Recording = TestEvents.Aedat(
        [.. Enumerable.Range(0, 10_000).Select(i => (i % 100, i / 100, 0)), .. Enumerable.Range(0, 5000).Select(i => (9, 9, 1))]);

    private static readonly byte[] Picture = PictureEncoder.EncodePng(new Picture(128, 128));

    [Theory]
    [InlineData(0, "darker")]
    [InlineData(1, "lighter")]
    public async Task Classify_RecordingOfOnePolarity_AnswersItsLabel(int polarity, string label)
    {
        byte[] recording = TestEvents.Aedat(Enumerable.Range(0, 100).Select(i => (i, 127 - i, polarity)));

        JsonNode answer = await ClassifyAsync(Requests.Form(recording, "events"));

        // Both labels' logits are twice the share of steps with an event of their polarity, the other labels' are 0.
        double power = Math.Exp(2);
        Assert.Equal(["model", "image", "predictions", "timings_ms"], answer.AsObject().Select(property => property.Key));
        Assert.Equal((128, 128), ((int)answer["image"]!["width"]!, (int)answer["image"]!["height"]!));
        Assert.Equal(label, (string?)answer["predictions"]![0]!["label"]);
        Assert.Equal(power / (power + EventModel.Labels.Count - 1), (double)answer["predictions"]![0]!["probability"]!, 1e-5);
        Assert.Equal(5, answer["predictions"]!.AsArray().Count);
    }

    [Fact]
    public async Task Classify_CutsTheRecordingIntoTheNetworksSteps()
    {
        // The first three of four steps have polarity 0, the last polarity 1.
        byte[] recording = TestEvents.Aedat(Enumerable.Range(0, 43).Select(i => (5, 5, i < 30 ? 0 : 1)));

        JsonArray predictions = (await ClassifyAsync(Requests.Form(recording, "events")))["predictions"]!.AsArray();

        double ratio = (double)predictions[0]!["probability"]! / (double)predictions[1]!["probability"]!;
        Assert.Equal(["darker", "lighter"], predictions.Take(2).Select(prediction => (string)prediction!["label"]!));
        Assert.Equal(Math.Exp(2 * 0.75 - 2 * 0.25), ratio, 1e-4);
    }

    [Fact]
    public async Task Classify_AllFormsOfTheBodyAndOfTheEvents_GiveTheSameAnswer()
    {
        string expected = await PredictionsAsync(Requests.Form(Recording, "events"));
        EventFrames frames = AedatReader.Read(Recording).ToFrames(EventServiceFixture.TimeSteps);
        byte[] npy = TestEvents.Npy(frames.Counts, frames.TimeSteps, 2, frames.Height, frames.Width);
        string base64 = Convert.ToBase64String(Recording);
        HttpContent[] forms =
        [
            Requests.Form(Recording, "image"),
            Requests.Form(Recording, "file"),
            Requests.Raw(Recording, "application/octet-stream"),
            Requests.Raw(Recording, "image/png"), // What it is counts, not what it is called.
            Requests.Json(Recording),
            Requests.Raw($$"""{"events": "{{base64}}"}""", "application/json"),
            Requests.Form(TestEvents.Zip(("frames.npy", npy)), "events"),
            Requests.Raw(TestEvents.Npy("|u1", [4, 2, 128, 128], Array.ConvertAll(frames.Counts, count => (byte)count)), "application/octet-stream"),
        ];
        foreach (HttpContent form in forms)
            Assert.Equal(expected, await PredictionsAsync(form));
    }

    [Fact]
    public async Task Picture_ToAnEventNetwork_Is415()
    {
        foreach (HttpContent form in (HttpContent[])[Requests.Form(Picture), Requests.Raw(Picture, "image/png"), Requests.Form(Picture, "events")])
        {
            string detail = await RefusedAsync(form, 415, "unsupported-format");
            Assert.Contains("is a Png picture, but the network tiny-7b takes event data", detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/classify?model=kinds", "kinds")]
    [InlineData("/detect?model=things", "things")]
    public async Task Events_ToAPictureNetwork_Are415(string address, string model)
    {
        byte[] npz = TestEvents.Zip(("frames.npy", TestEvents.Npy(new float[8], 1, 2, 2, 2)));
        foreach (HttpContent form in (HttpContent[])[Requests.Form(Recording, "events"), Requests.Json(Recording), Requests.Raw(npz)])
        {
            string detail = await Problem.AssertAsync(await fixture.Client.PostAsync(address, form), 415, "unsupported-format");
            Assert.Contains($"holds event data, but the model {model} takes pictures", detail, StringComparison.Ordinal);
        }

        await Problem.AssertAsync(
            await fixture.Client.PostAsync(address, Requests.Raw(Recording, "application/octet-stream")), 415, "unsupported-body");
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("#!AER-DAT3.1\r\n\0\0\0\0\0\0\0\0")]
    [InlineData("# a header without its first line\r\n\0\0\0\0\0\0\0\0")]
    [InlineData("PK\x03\x04 some other archive, long enough to have a name")]
    public async Task OtherFormat_Is415(string content)
    {
        string detail = await RefusedAsync(Requests.Form(Encoding.Latin1.GetBytes(content), "events"), 415, "unsupported-format");
        Assert.Contains("AEDAT 2.0", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DamagedOrUnfitEvents_Are422()
    {
        byte[] npz = TestEvents.Zip(("frames.npy", TestEvents.Npy(new float[4 * 2 * 128 * 128], 4, 2, 128, 128)));
        (byte[] File, string Says)[] cases =
        [
            (Recording[..^3], "no multiple of 8"),
            (TestEvents.AedatOf("#!AER-DAT2.0\r\n"), "no events"),
            (TestEvents.AedatOf("#!AER-DAT2.0\r\n", 1, 2, 3), "too few for 4 time steps"),
            (TestEvents.AedatOf("#!AER-DAT2.0\r\n", 1, 2, 3, 0x10000), "no pixel of a 128×128 sensor"),
            (TestEvents.Npy(new float[8 * 2 * 128 * 128], 8, 2, 128, 128), "(8, 2, 128, 128), and the network tiny-7b takes (4, 2, 128, 128)"),
            (TestEvents.Npy([float.NaN, .. new float[4 * 2 * 128 * 128 - 1]], 4, 2, 128, 128), "count 0 is NaN"),
            (TestEvents.Npy(new float[4 * 2 * 128 * 128], 4, 2, 128, 128)[..^1], "cut short"),
            (npz[..^1], "cut short"),
            ([.. npz[..60], (byte)(npz[60] ^ 0xFF), .. npz[61..]], "NumPy archive"),
        ];
        foreach ((byte[] file, string says) in cases)
            Assert.Contains(says, await RefusedAsync(Requests.Form(file, "events"), 422, "unusable-events"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooManyEventsCountsOrBytes_Is413()
    {
        string detail = await RefusedAsync(Requests.Form(TestEvents.Square(0, 0, 128, 20_001, 1), "events"), 413, "events-too-large");
        Assert.Contains("20001 events, and at most 20000", detail, StringComparison.Ordinal);

        byte[] bomb = TestEvents.Zip(("frames.npy", TestEvents.Npy("<f8", [1000, 2, 1024, 1024], new byte[80_000_000])));
        await RefusedAsync(Requests.Form(bomb, "events"), 413, "events-too-large");
        await RefusedAsync(Requests.Form(new byte[3_000_001], "events"), 413, "body-too-large");
    }

    [Fact]
    public async Task EmptyOrAmbiguousUpload_Is400()
    {
        string detail = await RefusedAsync(Requests.Raw([], "application/octet-stream"), 400, "malformed-request");
        Assert.Contains("AEDAT 2.0", detail, StringComparison.Ordinal);

        string base64 = Convert.ToBase64String(Recording);
        detail = await RefusedAsync(
            Requests.Raw($$"""{"events": "{{base64}}", "image": "{{base64}}"}""", "application/json"), 400, "malformed-request");
        Assert.Contains("twice", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_DescribeWhatTheyTake()
    {
        JsonNode input = JsonNode.Parse(await fixture.Client.GetStringAsync($"/models/{EventServiceFixture.Model}"))!["input"]!;
        Assert.Equal("""{"kind":"events","width":128,"height":128,"channels":2,"time_steps":4}""", input.ToJsonString());

        input = JsonNode.Parse(await fixture.Client.GetStringAsync("/models/kinds"))!["input"]!;
        Assert.Equal("""{"kind":"pictures","width":32,"height":32,"channels":3}""", input.ToJsonString());
    }

    [Fact]
    public async Task Description_ShowsTheFormsOfEvents_OnlyWhereTheyAreTaken()
    {
        JsonNode paths = JsonNode.Parse(await fixture.Client.GetStringAsync("/swagger/v1/swagger.json"))!["paths"]!;
        JsonNode classify = paths["/classify"]!["post"]!["requestBody"]!["content"]!;
        Assert.Equal("binary", (string?)classify["multipart/form-data"]!["schema"]!["properties"]!["events"]!["format"]);
        Assert.Equal("byte", (string?)classify["application/json"]!["schema"]!["properties"]!["events"]!["format"]);
        Assert.NotNull(classify["application/octet-stream"]);
        Assert.NotNull(paths["/classify"]!["post"]!["responses"]!["422"]!["content"]!["application/problem+json"]!["examples"]!["unusable-events"]);

        JsonNode detect = paths["/detect"]!["post"]!["requestBody"]!["content"]!;
        Assert.Null(detect["multipart/form-data"]!["schema"]!["properties"]!["events"]);
        Assert.Null(detect["application/octet-stream"]);
    }

    private async Task<JsonNode> ClassifyAsync(HttpContent content, string query = "") =>
        await (await fixture.Client.PostAsync($"/classify?model={EventServiceFixture.Model}{query}", content)).JsonAsync();

    private async Task<string> PredictionsAsync(HttpContent content) => (await ClassifyAsync(content))["predictions"]!.ToJsonString();

    private async Task<string> RefusedAsync(HttpContent content, int status, string type)
    {
        HttpResponseMessage response = await fixture.Client.PostAsync($"/classify?model={EventServiceFixture.Model}", content);
        string detail = await Problem.AssertAsync(response, status, type);
        Assert.DoesNotContain(fixture.Service.Log, entry => entry.Level >= Serilog.Events.LogEventLevel.Error);
        return detail;
    }
}
