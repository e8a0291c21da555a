using System.Text.Json.Nodes;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Images;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

public sealed class ClassifyTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private static readonly byte[] ReferenceFile = PictureEncoder.EncodePng(ReferenceModels.Pictures(ReferenceModels.Classifier)[0]);

    [Fact]
    public async Task Classify_ReferencePicture_AnswersTheSoftmaxOfTheExpectedLogits()
    {
        JsonNode answer = await ClassifyAsync("?top_k=10");
        using SafetensorsFile expected = ReferenceFiles.Expected(ReferenceModels.Classifier);
        double[] powers = [.. expected.ReadSingles("logits").Take(10).Select(logit => Math.Exp(logit))];
        JsonArray predictions = answer["predictions"]!.AsArray();

        Assert.Equal(10, predictions.Count);
        Assert.All(predictions, prediction =>
        {
            int index = (int)prediction!["index"]!;
            Assert.Equal($"class{index}", (string?)prediction["label"]);
            Assert.Equal(powers[index] / powers.Sum(), (double)prediction["probability"]!, 1e-5);
        });
    }

    [Fact]
    public async Task Classify_Answer_HasTheFieldsOfTheContract()
    {
        JsonNode answer = await ClassifyAsync("");
        Assert.Equal(["model", "image", "predictions", "timings_ms"], answer.AsObject().Select(property => property.Key));
        Assert.Equal("kinds", (string?)answer["model"]!["name"]);
        Assert.Equal(["label", "index", "probability"], answer["predictions"]![0]!.AsObject().Select(property => property.Key));
        Assert.Equal(5, answer["predictions"]!.AsArray().Count);
    }

    [Fact]
    public async Task Classify_TopK_AnswersTheBestInOrder()
    {
        double[] all = Probabilities(await ClassifyAsync("?top_k=10"));
        double[] best = Probabilities(await ClassifyAsync("?top_k=3&model=kinds"));
        Assert.Equal(all.OrderDescending().Take(3), best);
    }

    [Fact]
    public async Task Classify_AcceptingOnlyAPicture_Is406() => await Problem.AssertAsync(
        await fixture.Client.PostAcceptingAsync("/classify", Requests.Form(ReferenceFile), "image/png"), 406, "not-acceptable");

    private async Task<JsonNode> ClassifyAsync(string query) =>
        await (await fixture.Client.PostAsync($"/classify{query}", Requests.Form(ReferenceFile))).JsonAsync();

    private static double[] Probabilities(JsonNode answer) =>
        [.. answer["predictions"]!.AsArray().Select(prediction => (double)prediction!["probability"]!)];
}
