using System.Text.Json.Nodes;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Tests.Events;
using SpikingDetector.Inference;
using SpikingDetector.Tests;

namespace SpikingDetector.Export.Tests.Commands;

/// <summary><c>evaluate</c> of an event classifier on folders of recordings.</summary>
public sealed class EvaluateEventsTests : CommandFixture
{
    private const int TimeSteps = 2;

    [Fact]
    public async Task FewRecordings_AreAllMeasured_ByTheNamesOfTheFolders()
    {
        string model = Export();
        byte[][] recordings = [.. Enumerable.Range(0, 3).Select(OfPolarity)];
        string[][] ranking = [.. recordings.Select(recording => Rank(model, recording))];

        // The first recording lies with its best class, the others with their fourth and their last.
        Write(ranking[0][0], "0.aedat", recordings[0]);
        Write(ranking[1][3], "1.aedat", recordings[1]);
        Write(ranking[2][^1], "2.aedat", recordings[2]);

        JsonNode accuracy = await Evaluate(model);
        Assert.Equal(1.0 / 3, accuracy["top1"]!.GetValue<double>(), 1e-9);
        Assert.Equal(2.0 / 3, accuracy["top5"]!.GetValue<double>(), 1e-9);
        Assert.Contains("3 recordings", await RunSuccessfully("evaluate", model, "--images", Data), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WholeDataSet_IsMeasuredOnTheLastTenthOfEachClass()
    {
        string model = Export();
        byte[] recording = OfPolarity(1);
        byte[] other = TestEvents.Npy(new float[3], 3);
        string best = Rank(model, recording)[0];

        // Only the last one is read: the others would be refused.
        for (int i = 0; i < 10; i++)
            Write(best, $"cifar10_x_{i}.aedat", i == 9 ? recording : other);

        Assert.Equal(1, (await Evaluate(model))["top1"]!.GetValue<double>());
        File.WriteAllBytes(Path.Combine(Data, best, "cifar10_x_9.aedat"), recording[..^1]);
        await RunRefused(["evaluate", model, "--images", Data], "cifar10_x_9.aedat", "no multiple of 8");
    }

    [Fact]
    public async Task SplitFolders_AreMeasuredWhole()
    {
        string model = Export();
        byte[] recording = OfPolarity(1);
        for (int i = 0; i < 12; i++)
            Write(Path.Combine("test", Rank(model, recording)[0]), $"{i}.aedat", recording);

        Assert.Contains("12 recordings", await RunSuccessfully("evaluate", model, "--images", Data), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataOfAnotherKind_IsRefused()
    {
        Write("darker", "0.png", [1]);
        await RunRefused(["evaluate", Export(), "--images", Data], "holds pictures, but", "takes event data");

        Directory.Delete(Path.Combine(Data, "darker"), recursive: true);
        Write("class0", "0.aedat", OfPolarity(1));
        string pictures = FilePath("pictures.onnx");
        await RunSuccessfully("export", ReferenceFiles.CheckpointPath("sg10_cifar_asd"), "--output", pictures);
        await RunRefused(["evaluate", pictures, "--images", Data], "holds class folders of event data", "takes pictures");
    }

    private string Data => FilePath("data");

    private string Export()
    {
        string path = FilePath("events.onnx");
        EventModel.ExportTo(path, TimeSteps);
        return path;
    }

    private static string[] Rank(string model, byte[] recording)
    {
        using ModelSession session = ModelSession.Open(model);
        using EventBatch batch = session.CreateEventBatch();
        batch.Add(AedatReader.Read(recording).ToFrames(TimeSteps).Counts);
        return [.. session.Classify(batch)[0].Select(prediction => prediction.Label)];
    }

    private static byte[] OfPolarity(int i) => TestEvents.Aedat(Enumerable.Range(0, 50).Select(x => (x, 7, i % 2)));

    private void Write(string folder, string name, byte[] content)
    {
        Directory.CreateDirectory(Path.Combine(Data, folder));
        File.WriteAllBytes(Path.Combine(Data, folder, name), content);
    }

    private async Task<JsonNode> Evaluate(string model) =>
        JsonNode.Parse(await RunSuccessfully("evaluate", model, "--images", Data, "--json"))!;
}
