using SpikingDetector.Training.Provenance;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Provenance;

public sealed class OriginTests
{
    [Fact]
    public void Of_ACommandLine_QuotesItAndLeavesOutTheHomeFolder()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        Origin origin = Origin.Of(["train", "a.json", "--data", Path.Combine(home, "my cells"), "--set", "x='1'"], CPU);
        Assert.Equal(@"train a.json --data '~/my cells' --set 'x='\''1'\'''", origin.Command.Replace('\\' + "my", "/my", StringComparison.Ordinal));
        Assert.DoesNotContain(origin.ToMetadata(3), pair => pair.Value.Contains(home, StringComparison.Ordinal));
    }

    [Fact]
    public void CheckpointHistory_SaysWhatIsKnownAndNothingElse()
    {
        Assert.Empty(CheckpointHistory.Lines(new Dictionary<string, string> { ["spec"] = "{}" }));
        Assert.Equal(
            ["init: ordinary.safetensors", "init_sha256: 5da1", "teacher_sha256: 7927", "epoch: 7", "metrics: AP 0.5, AR1 0.3333", "machine: cpu fast, gpus a + b"],
            CheckpointHistory.Lines(new Dictionary<string, string>
            {
                ["machine"] = """{"cpu":"fast","gpus":["a","b"]}""",
                ["metrics"] = """{"AP":0.5,"AR1":0.33333333}""",
                ["epoch"] = "7",
                ["teacher_sha256"] = "7927",
                ["init_sha256"] = "5da1",
                ["init"] = "ordinary.safetensors",
            }));
    }
}
