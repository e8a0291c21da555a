using System.Text.Json.Nodes;
using SpikingDetector.Training.Monitoring;
using static TorchSharp.torch.utils;

namespace SpikingDetector.Training.Tests.Monitoring;

public sealed class EventFileTests
{
    private const string Line = """
        { "epoch": 2, "iteration": 100, "step": 70000000300, "time": "2026-01-02T03:04:05.5Z", "seconds": 9.5, "learning_rate": 0.01,
          "samples_per_second": 12.5, "data_wait": 0, "loss_box": 0.5, "gradient_norm_first_block": 2,
          "firing_rates": { "sn1": 0.25, "layer1.0.sn1": 0.125 }, "AP": 0.75, "warnings": ["x"] }
        """;

    [Fact]
    public void Of_ALine_HoldsItsNumbersUnderTagsOfTwoParts()
    {
        byte[] file = [.. EventFile.Start(DateTime.UnixEpoch), .. EventFile.Of(JsonNode.Parse(Line)!.AsObject())];
        IReadOnlyList<(double WallTime, long Step, string Tag, float Value)> scalars = EventRecords.Scalars(file);
        Assert.All(scalars, scalar => Assert.Equal((1767323045.5, 70000000300), (scalar.WallTime, scalar.Step)));
        Assert.Equal(
            [
                ("rate/learning_rate", 0.01f), ("rate/samples_per_second", 12.5f), ("rate/data_wait", 0f), ("loss/box", 0.5f),
                ("gradient_norm/first_block", 2f), ("firing_rate/sn1", 0.25f), ("firing_rate/layer1.0.sn1", 0.125f), ("validation/AP", 0.75f),
            ],
            scalars.Select(scalar => (scalar.Tag, scalar.Value)));
    }

    /// <summary>The reader of these tests takes TorchSharp's files, whose framing comes from LibTorch's own CRC.</summary>
    [Fact]
    public void Reader_TakesAnotherWritersFile()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            var writer = tensorboard.SummaryWriter(folder.FullName);
            writer.add_scalar("loss/box", 0.5f, 7);
            byte[] file = File.ReadAllBytes(Assert.Single(folder.GetFiles()).FullName);
            (_, long step, string tag, float value) = Assert.Single(EventRecords.Scalars(file));
            Assert.Equal((7, "loss/box", 0.5f), (step, tag, value));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
