using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Core.Tests.Events;
using SpikingDetector.Inference;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Work;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary><c>?activity=true</c>: what the neurons did, beside the answer.</summary>
public sealed class ActivityTests(ActivityFixture fixture) : IClassFixture<ActivityFixture>
{
    private static readonly Picture[] Things = ReferenceModels.Pictures(ReferenceModels.Detector);
    private static readonly Picture[] Kinds = ReferenceModels.Pictures(ReferenceModels.Classifier);

    [Theory]
    [InlineData("/detect", "things", ReferenceModels.Detector)]
    [InlineData("/classify", "kinds", ReferenceModels.Classifier)]
    public async Task Rates_AreThoseOfTheModel_BitForBit(string route, string model, string reference)
    {
        Picture picture = ReferenceModels.Pictures(reference)[0];
        using ModelSession session = ModelSession.Open(fixture.PathOf(model));
        using PictureBatch batch = session.CreateBatch();
        batch.Add(picture);
        using ModelOutputs outputs = session.Run(batch);

        JsonNode activity = (await AskAsync($"{route}?activity=true", picture))["activity"]!;

        Assert.Equal(["mean_firing_rate", "energy_estimate_uj", "layers"], Keys(activity));
        Assert.All(activity["layers"]!.AsArray(), layer => Assert.Equal(["name", "firing_rate"], Keys(layer!)));
        Assert.Equal(session.Metadata.ActivityLayers, activity["layers"]!.AsArray().Select(layer => (string?)layer!["name"]));
        Assert.Equal(outputs.Floats("firing_rates").ToArray(), activity["layers"]!.AsArray().Select(layer => (float)layer!["firing_rate"]!));

        // What these two are is held to loops and to the energy command where they are computed.
        SpikeActivity read = session.ReadActivity(outputs, 0);
        Assert.Equal(read.MeanFiringRate, (float)activity["mean_firing_rate"]!);
        Assert.Equal(read.EnergyEstimateUj, (float)activity["energy_estimate_uj"]!);
    }

    [Fact]
    public async Task SeveralPictures_HaveTheirOwnEach()
    {
        string[] alone = [await ActivityOfAsync("/detect", Things[0]), await ActivityOfAsync("/detect", Things[1])];
        Assert.NotEqual(alone[0], alone[1]);

        JsonNode answer = await (await fixture.Client.PostAsync("/detect?activity=true", Several(Things))).JsonAsync();

        JsonArray pictures = answer["pictures"]!.AsArray();
        Assert.Equal(3, pictures.Count);
        Assert.Equal(alone, pictures.Take(2).Select(picture => picture!["activity"]!.ToJsonString()));
        Assert.NotNull(pictures[2]!["problem"]);
        Assert.Null(pictures[2]!["activity"]);
    }

    [Theory]
    [InlineData("/detect")]
    [InlineData("/classify")]
    public async Task Lines_HaveTheirOwnEach(string route)
    {
        Picture[] pictures = route == "/detect" ? Things : Kinds;
        string[] alone = [await ActivityOfAsync(route, pictures[0]), await ActivityOfAsync(route, pictures[1])];

        HttpResponseMessage response = await fixture.Client.PostAcceptingAsync($"{route}?activity=true", Several(pictures), "application/x-ndjson");

        JsonNode[] lines = [.. (await response.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).OrderBy(line => (int)line["index"]!)];
        Assert.Equal(3, lines.Length);
        Assert.Equal(alone, lines.Take(2).Select(line => line["activity"]!.ToJsonString()));
        Assert.Null(lines[2]["activity"]);
    }

    [Theory]
    [InlineData("/detect")]
    [InlineData("/detect?activity=false")]
    [InlineData("/classify")]
    [InlineData("/classify?activity=false")]
    public async Task NotAsked_IsNotTold(string address)
    {
        Picture picture = address.StartsWith("/detect", StringComparison.Ordinal) ? Things[0] : Kinds[0];
        Assert.Null((await AskAsync(address, picture))["activity"]);
    }

    [Fact]
    public void NotAsked_TheOutputsAreNotRead()
    {
        using ModelLease lease = fixture.Service.Services.GetRequiredService<ModelCatalog>().Find(ModelTask.Detection, "things");
        var job = new PictureJob<int>(lease.Model, (_, _, _) => 0);

        Assert.Equal(["boxes", "scores", "labels"], job.Outputs);
        Assert.Equal(["boxes", "scores", "labels", "firing_rates", "input_rates"], (job with { WithActivity = true }).Outputs);
    }

    [Fact]
    public async Task AskedAndNotAsked_AtOnce_HaveTheirOwnAnswers()
    {
        string alone = await ActivityOfAsync("/detect", Things[0]);
        JsonNode[] answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => AskAsync(i % 2 == 0 ? "/detect?activity=true" : "/detect", Things[0])));
        Assert.All(answers.Index(), answer => Assert.Equal(answer.Index % 2 == 0 ? alone : null, answer.Item["activity"]?.ToJsonString()));
    }

    [Fact]
    public async Task FileWithoutInputRates_TellsRatesButNoEnergy()
    {
        JsonNode early = (await AskAsync("/classify?model=early&activity=true", Kinds[0]))["activity"]!;
        JsonNode whole = (await AskAsync("/classify?activity=true", Kinds[0]))["activity"]!;

        Assert.Equal(["mean_firing_rate", "layers"], Keys(early));
        Assert.Equal(whole["layers"]!.ToJsonString(), early["layers"]!.ToJsonString());
    }

    [Fact]
    public async Task Recording_TellsWhatItsEventsDid()
    {
        byte[] recording = TestEvents.Aedat(Enumerable.Range(0, 100).Select(i => (i, 127 - i, 1)));
        JsonNode activity = (await (await fixture.Client.PostAsync("/classify?model=moves&activity=true", Requests.Form(recording, "events"))).JsonAsync())["activity"]!;

        // Two channels of 128 × 128 neurons, of which each of the 100 events makes one fire in one of 4 steps.
        Assert.Equal(100f / (2 * 128 * 128 * EventServiceFixture.TimeSteps), (float)activity["layers"]![0]!["firing_rate"]!, 1e-9f);
        Assert.True((float)activity["energy_estimate_uj"]! > 0);
    }

    [Theory]
    [InlineData("/detect?model=mute-things&activity=true", "The model mute-things does not tell activity: export its checkpoint with --activity")]
    [InlineData("/classify?model=mute-kinds&activity=true", "The model mute-kinds does not tell activity: export its checkpoint with --activity")]
    [InlineData("/classify?model=ordinary&activity=true", "The model ordinary is an ordinary network without spikes")]
    [InlineData("/detect?activity=1", "The parameter activity must be true or false.")]
    [InlineData("/detect?activity=True", "The parameter activity must be true or false.")]
    [InlineData("/detect?activity=", "The parameter activity is empty")]
    [InlineData("/classify?activity=true&activity=true", "The parameter activity stands 2 times")]
    public async Task WhatCannotBeTold_Is400(string address, string says)
    {
        string detail = await Problem.AssertAsync(await fixture.Client.PostAsync(address, Requests.Form(Png(Things[0]))), 400, "invalid-parameter");
        Assert.StartsWith(says, detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DrawnPicture_HasNoPlaceForIt() => Assert.StartsWith(
        "A picture cannot tell activity",
        await Problem.AssertAsync(
            await fixture.Client.PostAcceptingAsync("/detect?activity=true", Requests.Form(Png(Things[0])), "image/png"), 400, "invalid-parameter"),
        StringComparison.Ordinal);

    [Fact]
    public async Task Models_SayWhoCanTell()
    {
        JsonArray models = JsonNode.Parse(await fixture.Client.GetStringAsync("/models"))!["models"]!.AsArray();
        Assert.Equal(
            ["early", "kinds", "moves", "things"],
            models.Where(model => (bool)model!["activity"]!).Select(model => (string)model!["name"]!).Order(StringComparer.Ordinal));
        Assert.Equal(7, models.Count);
    }

    [Fact]
    public async Task FiringRate_IsAMetric_OfThoseThatAsked()
    {
        // Tests of one class run one after the other.
        const string Series = """spiking_detector_firing_rate{0}{model="early"}""";
        string count = Series.Replace("{0}", "_count", StringComparison.Ordinal), sum = Series.Replace("{0}", "_sum", StringComparison.Ordinal);
        MetricsText before = await MetricsText.ReadAsync(fixture.Client);
        await AskAsync("/classify?model=early", Kinds[1]);
        JsonNode answer = await AskAsync("/classify?model=early&activity=true", Kinds[1]);
        MetricsText after = await MetricsText.ReadAsync(fixture.Client);

        Assert.Equal(1, after[count] - before[count]);
        Assert.Equal((double)answer["activity"]!["mean_firing_rate"]!, after[sum] - before[sum], 1e-6);
        Assert.DoesNotContain(after.Samples, series => series.Contains("firing_rate", StringComparison.Ordinal) && series.Contains("mute", StringComparison.Ordinal));
    }

    private async Task<string> ActivityOfAsync(string route, Picture picture) =>
        (await AskAsync($"{route}?activity=true", picture))["activity"]!.ToJsonString();

    private async Task<JsonNode> AskAsync(string address, Picture picture) =>
        await (await fixture.Client.PostAsync(address, Requests.Form(Png(picture)))).JsonAsync();

    /// <summary>Two pictures and a file that is none.</summary>
    private static MultipartFormDataContent Several(Picture[] pictures) => new()
    {
        { new ByteArrayContent(Png(pictures[0])), "image", "first.png" },
        { new ByteArrayContent(Png(pictures[1])), "image", "second.png" },
        { new ByteArrayContent([1, 2, 3]), "image", "notes.txt" },
    };

    private static byte[] Png(Picture picture) => PictureEncoder.EncodePng(picture);

    private static IEnumerable<string> Keys(JsonNode node) => node.AsObject().Select(property => property.Key);
}
