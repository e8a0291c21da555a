using SpikingDetector.Core;
using SpikingDetector.Export.Benchmarks;
using SpikingDetector.Export.Tests.Commands;
using SpikingDetector.Tests;

namespace SpikingDetector.Export.Tests.Benchmarks;

public sealed class ProcessCostTests : CommandFixture
{
    [Fact]
    public async Task MeasureApart_GrowsWithTheBatchButNotWithWhatThisProcessHolds()
    {
        string model = FilePath("model.onnx");
        await RunSuccessfully("export", ReferenceFiles.CheckpointPath("sew10_iand"), "--output", model);
        byte[] ballast = new byte[200_000_000];
        Array.Fill(ballast, (byte)1);

        // Current and membrane of the stem for 100 pictures are 2 · 100 · 8 · 32 · 32 floats.
        ProcessCost one = Measure(model, 1);
        ProcessCost many = Measure(model, 100);
        GC.KeepAlive(ballast);
        Assert.InRange(one.RuntimeBytes, 20_000_000, one.PeakBytes - 1);
        Assert.InRange(one.PeakBytes, one.RuntimeBytes, 180_000_000);
        Assert.True(many.PeakBytes > one.PeakBytes + 6_500_000, $"{many.PeakBytes} and {one.PeakBytes}");
        Assert.True(one.LoadMilliseconds > 0);
    }

    [Fact]
    public void MeasureApart_OfAModelThatFails_SaysWhatTheProcessSaid()
    {
        InvalidInputException exception = Assert.Throws<InvalidInputException>(() => Measure(FilePath("none.onnx"), 1));
        Assert.Contains("exit code 2: There is no file", exception.Message, StringComparison.Ordinal);
    }

    private static ProcessCost Measure(string model, int batch) =>
        ProcessCost.MeasureApart(model, batch, threads: 1, TestContext.Current.CancellationToken);
}
