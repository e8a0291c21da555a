using SpikingDetector.Core;
using SpikingDetector.Training.Monitoring;
using SpikingDetector.Training.Runs;

namespace SpikingDetector.Training.Tests.Runs;

public sealed class TrainingStateTests
{
    [Fact]
    public void FromMetadata_OfWhatWasWritten_HasAllBits()
    {
        var state = new TrainingState
        {
            Epoch = 3,
            Iteration = 7,
            EpochSums = [1 / 3.0, double.Epsilon],
            LineSums = [Math.PI],
            Best = 0.1 + 0.2,
            BestEpoch = 2,
            Seconds = 1e9 / 7,
            FiringRates = new Dictionary<string, double> { ["sn2"] = 1 / 7.0, ["sn1"] = 0 },
            Health = new HealthState { Iterations = 5, LowestLoss = 1 / 9.0, Open = ["dead sn1"], Pending = ["a", "b"], Count = 2 },
        };
        var metadata = new Dictionary<string, string>(state.ToMetadata());
        TrainingState read = TrainingState.FromMetadata(metadata, "x");
        Assert.Equal(metadata, new Dictionary<string, string>(read.ToMetadata()));
        Assert.Equal(state.EpochSums, read.EpochSums);
        Assert.Equal(state.Best, read.Best);
        Assert.Equal(["sn2", "sn1"], read.FiringRates.Keys);
        Assert.Equal(state.Health.Pending, read.Health.Pending);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{\"Epoch\":")]
    [InlineData("{\"Epoch\":\"three\"}")]
    public void FromMetadata_OfAnotherVersion_IsRefusedInASentence(string? text)
    {
        Dictionary<string, string> metadata = text is null ? [] : new() { ["state"] = text };
        var refused = Assert.Throws<InvalidInputException>(() => TrainingState.FromMetadata(metadata, "run/last.safetensors"));
        Assert.StartsWith("run/last.safetensors: the metadata's 'state' is missing or not as this version writes it; ", refused.Message, StringComparison.Ordinal);
    }
}
