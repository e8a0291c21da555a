using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using SpikingDetector.Core.Images;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>The form that Frigate, Blue Iris and CodeProject.AI's clients speak.</summary>
public sealed class DeepStackTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private const string Detection = "/v1/vision/detection";

    private static readonly Picture Reference = ReferenceModels.Pictures(ReferenceModels.Detector)[0];
    private static readonly byte[] ReferenceFile = PictureEncoder.EncodePng(Reference);

    [Fact]
    public async Task Detection_AnswersWhatDetectAnswers_AsCornersInWholePixels()
    {
        JsonNode answer = await DetectAsync(Form(("min_confidence", "0")));
        JsonNode expected = await (await fixture.Client.PostAsync("/detect", Requests.Form(ReferenceFile))).JsonAsync();

        Assert.Equal(
            ["success", "predictions", "count", "duration", "inferenceMs", "processMs", "analysisRoundTripMs"],
            answer.AsObject().Select(field => field.Key));
        Assert.True((bool)answer["success"]!);
        JsonArray predictions = answer["predictions"]!.AsArray();
        JsonArray detections = expected["detections"]!.AsArray();
        Assert.Equal(detections.Count, predictions.Count);
        Assert.Equal(predictions.Count, (int)answer["count"]!);
        Assert.NotEmpty(predictions);
        for (int i = 0; i < predictions.Count; i++)
        {
            (JsonNode prediction, JsonNode detection) = (predictions[i]!, detections[i]!);
            float[] bbox = [.. detection["bbox"]!.AsArray().Select(value => (float)value!)];
            Assert.Equal(["label", "confidence", "x_min", "y_min", "x_max", "y_max"], prediction.AsObject().Select(field => field.Key));
            Assert.Equal((string?)detection["category"], (string?)prediction["label"]);
            Assert.Equal((float)detection["score"]!, (float)prediction["confidence"]!);
            Assert.Equal(bbox[0], (int)prediction["x_min"]!, 0.51);
            Assert.Equal(bbox[1], (int)prediction["y_min"]!, 0.51);
            Assert.Equal(bbox[0] + bbox[2], (int)prediction["x_max"]!, 0.51);
            Assert.Equal(bbox[1] + bbox[3], (int)prediction["y_max"]!, 0.51);
        }
    }

    /// <summary>Sends what Frigate's detector sends, and reads from the answer what it reads.</summary>
    [Fact]
    public async Task Frigate_ReadsItsDetections()
    {
        byte[] jpeg = PictureEncoder.EncodeJpeg(Reference);
        var form = new MultipartFormDataContent("1f2d3a4b5c6d7e8f901a2b3c4d5e6f70")
        {
            { new StringContent(""), "api_key" },
            { new ByteArrayContent(jpeg), "image", "image" },
        };
        HttpResponseMessage response = await fixture.Client.PostAsync($"{Detection}?max_detections=20", form);
        JsonArray predictions = (await response.JsonAsync())["predictions"]!.AsArray();
        JsonNode expected = await (await fixture.Client.PostAsync("/detect?score_threshold=0.4&max_detections=20", Requests.Form(jpeg))).JsonAsync();

        Assert.InRange(predictions.Count, 0, 20);
        Assert.Equal(expected["detections"]!.AsArray().Count, predictions.Count);
        foreach (JsonNode? detection in predictions)
        {
            Assert.True((double)detection!["confidence"]! >= 0.4);
            Assert.StartsWith("thing", ((string)detection["label"]!).ToLowerInvariant(), StringComparison.Ordinal);
            double[] sides = [.. new[] { "y_min", "x_min", "y_max", "x_max" }.Select(side => (double)detection[side]!)];
            Assert.InRange(sides[0] / Reference.Height, 0, sides[2] / Reference.Height);
            Assert.InRange(sides[1] / Reference.Width, 0, sides[3] / Reference.Width);
            Assert.InRange(sides[2] / Reference.Height, 0, 1);
            Assert.InRange(sides[3] / Reference.Width, 0, 1);
        }
    }

    [Fact]
    public async Task MinConfidence_LimitsTheAnswer_WhereverItStandsInTheForm()
    {
        double[] all = Confidences(await DetectAsync(Form(("min_confidence", "0"))));
        string middle = all[all.Length / 2].ToString(CultureInfo.InvariantCulture);
        var behind = new MultipartFormDataContent { { new ByteArrayContent(ReferenceFile), "image", "x.png" }, { new StringContent(middle), "min_confidence" } };

        Assert.Equal(all.Where(confidence => confidence >= 0.4), Confidences(await DetectAsync(Form())));
        Assert.Equal(all[..(all.Length / 2 + 1)].Length, Confidences(await DetectAsync(Form(("min_confidence", middle)))).Length, 1.0);
        Assert.Equal(Confidences(await DetectAsync(Form(("min_confidence", middle)))), Confidences(await DetectAsync(behind)));
        Assert.True(Confidences(await DetectAsync(behind)).Length < all.Length);
    }

    [Fact]
    public async Task CustomModel_IsFoundByName_AndTheListHasTheDetectors()
    {
        string expected = (await DetectAsync(Form()))["predictions"]!.ToJsonString();
        JsonNode answer = await (await fixture.Client.PostAsync("/v1/vision/custom/things", Form())).JsonAsync();
        Assert.Equal(expected, answer["predictions"]!.ToJsonString());

        const string list = """{"success":true,"models":["things"]}""";
        Assert.Equal(list, await fixture.Client.GetStringAsync("/v1/vision/custom/list"));
        Assert.Equal(list, (await (await fixture.Client.PostAsync("/v1/vision/custom/list", null)).JsonAsync()).ToJsonString());
    }

    [Theory]
    [InlineData("/v1/vision/custom/nothing", 404, "unknown-model")]
    [InlineData("/v1/vision/custom/kinds", 400, "wrong-task")]
    [InlineData("/v1/vision/detection?max_detections=0", 400, "invalid-parameter")]
    public async Task WrongAddress_IsAnErrorAsItsClientsReadIt(string address, int status, string type) =>
        await AssertErrorAsync(await fixture.Client.PostAsync(address, Form()), status, type);

    [Theory]
    [InlineData("1.5")]
    [InlineData("-0.1")]
    [InlineData("0,5")]
    [InlineData("NaN")]
    [InlineData("high")]
    public async Task WrongMinConfidence_Is400(string value) => await AssertErrorAsync(
        await fixture.Client.PostAsync(Detection, Form(("min_confidence", value))), 400, "malformed-request");

    [Fact]
    public async Task LongField_Is400() => await AssertErrorAsync(
        await fixture.Client.PostAsync(Detection, Form(("min_confidence", new string('1', 5000)))), 400, "malformed-request");

    [Fact]
    public async Task NoPicture_Several_OrNone_AreErrors()
    {
        await AssertErrorAsync(await fixture.Client.PostAsync(Detection, new MultipartFormDataContent { { new StringContent("x"), "api_key" } }), 400, "malformed-request");
        await AssertErrorAsync(await fixture.Client.PostAsync(Detection, Requests.Form([1, 2, 3])), 415, "unsupported-format");
        var two = new MultipartFormDataContent { { new ByteArrayContent(ReferenceFile), "image", "a" }, { new ByteArrayContent(ReferenceFile), "image", "b" } };
        await AssertErrorAsync(await fixture.Client.PostAsync(Detection, two), 400, "malformed-request");
    }

    [Fact]
    public async Task WithKeys_TheFormsFieldOrAHeaderIsNeeded()
    {
        using var models = new TemporaryFolder();
        ReferenceModels.ExportTo(models["things.onnx"], ReferenceModels.Detector);
        const string key = "a-key-of-a-test";
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key)));
        await using var service = new RunningService(
            ("Models:Folder", models.Path), ("Security:ApiKeys:0:Name", "camera"), ("Security:ApiKeys:0:Sha256", hash));
        for (int i = 0; i < 600 && !(await service.Client.GetAsync("/health/ready")).IsSuccessStatusCode; i++)
            await Task.Delay(50);

        await AssertErrorAsync(await service.Client.PostAsync(Detection, Form()), 401, "unauthorized");
        await AssertErrorAsync(await service.Client.PostAsync(Detection, Form(("api_key", "another"))), 401, "unauthorized");
        Assert.Equal(HttpStatusCode.OK, (await service.Client.PostAsync(Detection, Form(("api_key", key)))).StatusCode);
        await AssertErrorAsync(await service.Client.PostAsync("/v1/vision/custom/none", Form(("api_key", "another"))), 401, "unauthorized");
        using var withHeader = new HttpRequestMessage(HttpMethod.Post, Detection) { Content = Form() };
        withHeader.Headers.Add("X-API-Key", key);
        Assert.Equal(HttpStatusCode.OK, (await service.Client.SendAsync(withHeader)).StatusCode);
    }

    private async Task<JsonNode> DetectAsync(HttpContent form) => await (await fixture.Client.PostAsync(Detection, form)).JsonAsync();

    private static async Task AssertErrorAsync(HttpResponseMessage response, int status, string type)
    {
        string detail = await Problem.AssertAsync(response, status, type);
        JsonNode problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.False((bool)problem["success"]!);
        Assert.Equal(detail, (string?)problem["error"]);
    }

    private static MultipartFormDataContent Form(params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach ((string name, string value) in fields)
            form.Add(new StringContent(value), name);
        form.Add(new ByteArrayContent(ReferenceFile), "image", "picture.png");
        return form;
    }

    private static double[] Confidences(JsonNode answer) =>
        [.. answer["predictions"]!.AsArray().Select(prediction => (double)prediction!["confidence"]!)];
}
