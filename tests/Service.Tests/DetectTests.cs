using System.Net;
using System.Text.Json.Nodes;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Tests.Images;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

public sealed class DetectTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private static readonly Picture Reference = ReferenceModels.Pictures(ReferenceModels.Detector)[0];
    private static readonly byte[] ReferenceFile = PictureEncoder.EncodePng(Reference);

    [Fact]
    public async Task Detect_ReferencePicture_AnswersWhatTorchvisionFinds()
    {
        JsonNode answer = await DetectAsync(Requests.Form(ReferenceFile));
        using SafetensorsFile expected = ReferenceFiles.Expected(ReferenceModels.Detector);
        float[] boxes = expected.ReadSingles("boxes.0");
        float[] scores = expected.ReadSingles("scores.0");
        long[] labels = expected.ReadInt64s("labels.0");
        JsonArray detections = answer["detections"]!.AsArray();

        // Boxes of equal score may come in another order, so only the best ones are told apart by their place.
        for (int i = 0; i < 5; i++)
        {
            JsonNode detection = detections[i]!;
            float[] bbox = [.. detection["bbox"]!.AsArray().Select(value => (float)value!)];
            Assert.Equal(scores[i], (float)detection["score"]!, 1e-4);
            Assert.Equal(labels[i] + 1, (int)detection["category_id"]!);
            Assert.Equal($"thing{labels[i]}", (string?)detection["category"]);
            Assert.Equal(boxes[4 * i], bbox[0], 0.01);
            Assert.Equal(boxes[4 * i + 1], bbox[1], 0.01);
            Assert.Equal(boxes[4 * i + 2] - boxes[4 * i], bbox[2], 0.01);
            Assert.Equal(boxes[4 * i + 3] - boxes[4 * i + 1], bbox[3], 0.01);
        }
    }

    [Fact]
    public async Task Detect_Answer_HasTheFieldsOfTheContract()
    {
        JsonNode answer = await DetectAsync(Requests.Form(ReferenceFile));

        Assert.Equal(["model", "image", "detections", "timings_ms"], Keys(answer));
        Assert.Equal(["name", "version"], Keys(answer["model"]!));
        Assert.Equal("things", (string?)answer["model"]!["name"]);
        Assert.Equal("1", (string?)answer["model"]!["version"]);
        Assert.Equal((256, 128), ((int)answer["image"]!["width"]!, (int)answer["image"]!["height"]!));
        Assert.Equal(["bbox", "category_id", "category", "score"], Keys(answer["detections"]![0]!));
        Assert.Equal(["decode", "queue", "inference", "total"], Keys(answer["timings_ms"]!));
        double[] parts = [.. new[] { "decode", "queue", "inference" }.Select(part => (double)answer["timings_ms"]![part]!)];
        Assert.True((double)answer["timings_ms"]!["inference"]! > 0);
        Assert.InRange((double)answer["timings_ms"]!["total"]!, parts.Sum() - 0.05, double.MaxValue);
    }

    [Fact]
    public async Task Detect_AllFormsOfTheBody_GiveTheSameAnswer()
    {
        string expected = (await DetectAsync(Requests.Form(ReferenceFile)))["detections"]!.ToJsonString();
        HttpContent[] forms =
        [
            Requests.Form(ReferenceFile, "file"),
            Requests.Raw(ReferenceFile, "image/png"),
            Requests.Raw(ReferenceFile, "image/jpeg"), // What it is counts, not what it is called.
            Requests.Json(ReferenceFile),
            Requests.Raw($$"""{"image": "{{Convert.ToBase64String(ReferenceFile).Replace("/", "\\/", StringComparison.Ordinal)}}", "note": [{}]}""", "application/json; charset=UTF-8"),
        ];
        foreach (HttpContent form in forms)
            Assert.Equal(expected, (await DetectAsync(form))["detections"]!.ToJsonString());
    }

    [Fact]
    public async Task Detect_Chunked_IsTheSame()
    {
        HttpResponseMessage response = await fixture.Client.PostChunkedAsync("/detect", Requests.Raw(ReferenceFile, "image/png"));
        Assert.Equal(
            (await DetectAsync(Requests.Form(ReferenceFile)))["detections"]!.ToJsonString(),
            (await response.JsonAsync())["detections"]!.ToJsonString());
    }

    [Theory]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.WebP)]
    [InlineData(PictureFormat.Bmp)]
    public async Task Detect_EveryFormat_IsTaken(PictureFormat format) =>
        Assert.NotEmpty((await DetectAsync(Requests.Form(TestPictures.Encode(Reference, format))))["detections"]!.AsArray());

    [Fact]
    public async Task Detect_PictureWithExifOrientation_AnswersInPixelsOfTheShownPicture()
    {
        // Orientation 6: shown turned by a quarter to the right.
        byte[] turned = TestPictures.WithExifOrientation(PictureEncoder.EncodeJpeg(TestPictures.Pattern(64, 200)), 6);
        JsonNode answer = await DetectAsync(Requests.Form(turned));

        Assert.Equal((200, 64), ((int)answer["image"]!["width"]!, (int)answer["image"]!["height"]!));
        Assert.NotEmpty(answer["detections"]!.AsArray());
        Assert.All(answer["detections"]!.AsArray(), detection =>
        {
            float[] bbox = [.. detection!["bbox"]!.AsArray().Select(value => (float)value!)];
            Assert.InRange(bbox[0] + bbox[2], 0, 200.001f);
            Assert.InRange(bbox[1] + bbox[3], 0, 64.001f);
        });
    }

    [Fact]
    public async Task Detect_ScoreThresholdAndMaxDetections_LimitTheAnswer()
    {
        double[] all = Scores(await DetectAsync(Requests.Form(ReferenceFile)));
        double middle = all[all.Length / 2];
        double[] above = Scores(await DetectAsync(Requests.Form(ReferenceFile), FormattableString.Invariant($"?score_threshold={middle}")));
        double[] best = Scores(await DetectAsync(Requests.Form(ReferenceFile), "?max_detections=2&model=things"));

        Assert.Equal(all.Where(score => score >= middle), above);
        Assert.Equal(all.Take(2), best);
    }

    [Theory]
    [InlineData("image/png", "image/png")]
    [InlineData("image/jpeg", "image/jpeg")]
    [InlineData("image/*", "image/png")]
    [InlineData("application/json;q=0.5, image/jpeg;q=0.9, image/png;q=0.8", "image/jpeg")]
    public async Task Detect_AcceptingAPicture_AnswersThePictureWithBoxes(string accept, string type)
    {
        HttpResponseMessage response = await fixture.Client.PostAcceptingAsync(
            "/detect?max_detections=3", Requests.Form(ReferenceFile), accept);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.MediaType());
        Assert.Equal("Accept", response.Headers.Vary.Single());
        byte[] file = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(type == "image/png" ? PictureFormat.Png : PictureFormat.Jpeg, PictureFormats.Detect(file));
        Picture drawn = PictureDecoder.Decode(file);

        Assert.Equal((Reference.Width, Reference.Height), (drawn.Width, drawn.Height));
        Assert.True(drawn.Pixels.ToArray().Zip(Reference.Pixels.ToArray()).Count(pair => Math.Abs(pair.First - pair.Second) > 60) > 500, "Nothing was drawn.");
    }

    [Theory]
    [InlineData("*/*")]
    [InlineData("application/json")]
    [InlineData("text/html, image/webp, */*;q=0.8")]
    [InlineData("image/png;q=0.2, application/json")]
    public async Task Detect_AcceptingJsonAtLeastAsMuch_AnswersJson(string accept)
    {
        HttpResponseMessage response = await fixture.Client.PostAcceptingAsync("/detect", Requests.Form(ReferenceFile), accept);
        await response.JsonAsync();
    }

    [Fact]
    public async Task Detect_ManyAtOnce_AllAnswerTheSame()
    {
        string expected = (await DetectAsync(Requests.Form(ReferenceFile)))["detections"]!.ToJsonString();
        JsonNode[] answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => DetectAsync(Requests.Form(ReferenceFile))));
        Assert.All(answers, answer => Assert.Equal(expected, answer["detections"]!.ToJsonString()));
    }

    private async Task<JsonNode> DetectAsync(HttpContent content, string query = "") =>
        await (await fixture.Client.PostAsync($"/detect{query}", content)).JsonAsync();

    private static double[] Scores(JsonNode answer) => [.. answer["detections"]!.AsArray().Select(detection => (double)detection!["score"]!)];

    private static IEnumerable<string> Keys(JsonNode node) => node.AsObject().Select(property => property.Key);
}
