using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using SpikingDetector.Core.Images;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>Several pictures in one request, answered together or one by one as they come.</summary>
public sealed class ManyPicturesTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private const string NdJson = "application/x-ndjson";

    private static readonly byte[][] Files = [.. ReferenceModels.Pictures(ReferenceModels.Detector).Take(2).Select(PictureEncoder.EncodePng)];

    [Fact]
    public async Task Several_AreAnsweredInTheirOrder_AsEachAlone()
    {
        JsonNode answer = await (await PostAsync(Form(("a.png", Files[0]), ("b.png", Files[1]), ("c.png", Files[0])))).JsonAsync();
        JsonArray pictures = answer["pictures"]!.AsArray();

        Assert.Equal("things", (string?)answer["model"]!["name"]);
        Assert.Equal(["a.png", "b.png", "c.png"], pictures.Select(picture => (string?)picture!["name"]));
        Assert.Equal([0, 1, 2], pictures.Select(picture => (int)picture!["index"]!));
        Assert.Equal(256, (int)pictures[1]!["image"]!["width"]!);
        Assert.True((double)pictures[1]!["timings_ms"]!["total"]! > 0);
        Assert.Equal([await AloneAsync(0), await AloneAsync(1), await AloneAsync(0)], pictures.Select(Detections));
        Assert.NotEqual(Detections(pictures[0]), Detections(pictures[1]));
    }

    [Fact]
    public async Task BadOne_HasItsProblem_AndTheOthersTheirAnswers()
    {
        JsonNode answer = await (await PostAsync(Form(("a.png", Files[0]), ("notes.txt", "some notes"u8.ToArray()), ("empty.png", []), ("b.png", Files[1])))).JsonAsync();
        JsonArray pictures = answer["pictures"]!.AsArray();
        Assert.Equal(await AloneAsync(0), Detections(pictures[0]));
        Assert.Equal("urn:spiking-detector:problem:unsupported-format", (string?)pictures[1]!["problem"]!["type"]);
        Assert.Equal(415, (int?)pictures[1]!["problem"]!["status"]);
        Assert.Equal("notes.txt", (string?)pictures[1]!["name"]);
        Assert.Null(pictures[1]!["detections"]);
        Assert.Contains("empty", (string?)pictures[2]!["problem"]!["detail"], StringComparison.Ordinal);
        Assert.Equal(await AloneAsync(1), Detections(pictures[3]));
    }

    [Fact]
    public async Task Classify_TakesSeveral_Too()
    {
        byte[] file = PictureEncoder.EncodePng(ReferenceModels.Pictures(ReferenceModels.Classifier)[0]);
        JsonNode answer = await (await fixture.Client.PostAsync("/classify?top_k=2", Form(("a", file), ("b", "x"u8.ToArray())))).JsonAsync();
        Assert.Equal(2, answer["pictures"]![0]!["predictions"]!.AsArray().Count);
        Assert.NotNull(answer["pictures"]![1]!["problem"]);
    }

    [Fact]
    public async Task MoreThanConfigured_Is400()
    {
        string detail = await Problem.AssertAsync(
            await PostAsync(Form([.. Enumerable.Repeat(("a.png", PictureEncoder.EncodePng(new Picture(8, 8))), 65)])), 400, "malformed-request");
        Assert.Contains("64 pictures", detail, StringComparison.Ordinal);
        Assert.Contains(NdJson, detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_CannotBeDrawn()
    {
        string detail = await Problem.AssertAsync(
            await fixture.Client.PostAcceptingAsync("/detect", Form(("a", Files[0]), ("b", Files[1])), "image/png"), 400, "malformed-request");
        Assert.Contains("2 pictures", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_AnswersEachPictureInALine()
    {
        byte[] small = PictureEncoder.EncodePng(new Picture(8, 8));
        (string, byte[])[] files = [("a.png", Files[0]), ("bad", "x"u8.ToArray()), .. Enumerable.Repeat(("small", small), 100), ("b.png", Files[1])];
        JsonNode[] lines = await LinesAsync(await StreamAsync(Form(files)));

        Assert.Equal(Enumerable.Range(0, files.Length), lines.Select(line => (int)line["index"]!).Order());
        JsonNode[] inOrder = [.. lines.OrderBy(line => (int)line["index"]!)];
        Assert.Equal(await AloneAsync(0), Detections(inOrder[0]));
        Assert.Equal("things", (string?)inOrder[0]["model"]!["name"]);
        Assert.Equal(415, (int?)inOrder[1]["problem"]!["status"]);
        Assert.Equal("b.png", (string?)inOrder[^1]["name"]);
        Assert.Equal(await AloneAsync(1), Detections(inOrder[^1]));
    }

    [Fact]
    public async Task Stream_AnswersBeforeTheFormIsWhole()
    {
        using RawConnection connection = await RawConnection.OpenAsync(fixture.Service);
        (string first, string rest) = await HalvesAsync();
        await connection.SendAsync(first);
        Assert.StartsWith("HTTP/1.1 200", await connection.ReadToAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.EndsWith("\"name\":\"a.png\"", await connection.ReadToAsync("\"name\":\"a.png\""), StringComparison.Ordinal);

        await connection.SendAsync(rest);
        string end = await connection.ReadToEndAsync();
        Assert.Contains("\"name\":\"b.png\"", end, StringComparison.Ordinal);
        Assert.DoesNotContain("problem", end, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_OfABrokenForm_EndsWithItsProblem()
    {
        byte[] whole = await Form(("a.png", Files[0]), ("b.png", Files[1])).ReadAsByteArrayAsync();
        HttpContent form = Requests.Raw(whole[..^20], "multipart/form-data; boundary=x");
        JsonNode[] lines = await LinesAsync(await StreamAsync(form));
        JsonNode last = lines[^1];
        Assert.Null(last["index"]);
        Assert.Equal("urn:spiking-detector:problem:malformed-request", (string?)last["problem"]!["type"]);
        Assert.Equal(0, (int)lines[0]["index"]!);
    }

    [Fact]
    public async Task Stream_PictureThatIsTooLarge_LeavesTheOthersAlone()
    {
        JsonNode[] lines = await LinesAsync(await StreamAsync(Form(("large", new byte[300_001]), ("a.png", Files[0]))));
        JsonNode[] inOrder = [.. lines.OrderBy(line => (int)line["index"]!)];
        Assert.Equal("urn:spiking-detector:problem:body-too-large", (string?)inOrder[0]["problem"]!["type"]);
        Assert.Equal(await AloneAsync(0), Detections(inOrder[1]));
    }

    [Fact]
    public async Task Stream_OfOnePicture_IsOneLine()
    {
        JsonNode line = Assert.Single(await LinesAsync(await StreamAsync(Requests.Raw(Files[0], "image/png"))));
        Assert.Equal(await AloneAsync(0), Detections(line));
        await Problem.AssertAsync(await StreamAsync(Requests.Raw("x", "text/plain")), 415, "unsupported-body");
        await Problem.AssertAsync(await StreamAsync(Requests.Raw(new byte[300_001])), 413, "body-too-large");
    }

    [Fact]
    public async Task Stream_ThatIsAbandoned_GivesItsPlacesBack()
    {
        using var models = new TemporaryFolder();
        ReferenceModels.ExportTo(models["things.onnx"], ReferenceModels.Detector);
        await using RunningService service = await RunningService.StartAsync(models.Path, ("Work:MaxInFlight", "3"));
        for (int i = 0; i < 6; i++)
        {
            using RawConnection connection = await RawConnection.OpenAsync(service);
            await connection.SendAsync((await HalvesAsync()).First);
            await connection.ReadToAsync("a.png"); // One is answered, and the next is awaited with its place.
        }

        for (int i = 0; i < 100; i++)
        {
            if ((await LinesAsync(await StreamAsync(Form(("a", Files[0]), ("b", Files[1])), service))).Length == 2)
                break;
            await Task.Delay(50);
        }

        Task<HttpResponseMessage>[] together = [.. Enumerable.Range(0, 3).Select(_ => service.Client.PostAsync("/detect", Requests.Raw(Files[0])))];
        Assert.All(await Task.WhenAll(together), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
    }

    [Fact]
    public async Task Deadline_OfTheRequest_Is504()
    {
        byte[] large = PictureEncoder.EncodeJpeg(new Picture(4000, 3000)); // Decoding alone takes longer than that.
        string detail = await Problem.AssertAsync(
            await fixture.Client.PostAsync("/detect?deadline_ms=1", Requests.Raw(large)), 504, "deadline-passed");
        Assert.Contains("0.001 s", detail, StringComparison.Ordinal);
        await Problem.AssertAsync(await fixture.Client.PostAsync("/detect?deadline_ms=0", Requests.Raw(large)), 400, "invalid-parameter");

        JsonNode[] lines = await LinesAsync(await StreamAsync(Form(("large", large)), query: "?deadline_ms=1"));
        Assert.Equal(504, (int?)Assert.Single(lines)["problem"]!["status"]);
    }

    private static MultipartFormDataContent Form(params (string Name, byte[] File)[] files)
    {
        var form = new MultipartFormDataContent("x");
        foreach ((string name, byte[] file) in files)
            form.Add(new ByteArrayContent(file), "image", name);
        return form;
    }

    /// <summary>A streamed request with two pictures, cut within the second.</summary>
    private static async Task<(string First, string Second)> HalvesAsync()
    {
        byte[] form = await Form(("a.png", Files[0]), ("b.png", Files[1])).ReadAsByteArrayAsync();
        int cut = form.Length - Files[1].Length / 2;
        string head = $"POST /detect HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: {NdJson}\r\n"
            + $"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {form.Length}\r\n\r\n";
        return (head + Encoding.Latin1.GetString(form[..cut]), Encoding.Latin1.GetString(form[cut..]));
    }

    private Task<HttpResponseMessage> PostAsync(HttpContent form) => fixture.Client.PostAsync("/detect", form);

    private Task<HttpResponseMessage> StreamAsync(HttpContent form, RunningService? service = null, string query = "") =>
        (service ?? fixture.Service).Client.PostAcceptingAsync($"/detect{query}", form, NdJson);

    private async Task<string> AloneAsync(int file) =>
        Detections(await (await fixture.Client.PostAsync("/detect", Requests.Raw(Files[file], "image/png"))).JsonAsync());

    private static string Detections(JsonNode? answer) => answer!["detections"]!.ToJsonString();

    private static async Task<JsonNode[]> LinesAsync(HttpResponseMessage response)
    {
        string body = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
            return [];
        Assert.Equal(NdJson, response.MediaType());
        Assert.EndsWith("\n", body, StringComparison.Ordinal);
        return [.. body.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!)];
    }
}
