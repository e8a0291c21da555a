using System.Text.Json;
using SpikingDetector.Tests;
using SpikingDetector.Training.Optimization;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Tests.Optimization;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void Step_MultipliesAtEachMilestone()
    {
        var recipe = new ScheduleRecipe { Kind = ScheduleKind.Step, Milestones = [2, 3], Gamma = 0.1 };
        var schedule = new LearningRateSchedule(recipe, 0.5, 4, 10);
        Assert.Equal(0.5, schedule.At(19), 9);
        Assert.Equal(0.05, schedule.At(20), 9);
        Assert.Equal(0.005, schedule.At(30), 9);
    }

    [Fact]
    public void Cosine_FallsFromFullOverHalfToZero()
    {
        var schedule = new LearningRateSchedule(new ScheduleRecipe { Kind = ScheduleKind.Cosine }, 2, 10, 10);
        Assert.Equal(2, schedule.At(0), 9);
        Assert.Equal(1, schedule.At(50), 9);
        Assert.Equal(0, schedule.At(100), 9);
    }

    [Fact]
    public void Warmup_RisesLinearlyFromTheFactor()
    {
        var recipe = new ScheduleRecipe { Kind = ScheduleKind.Constant, WarmupIterations = 100, WarmupFactor = 0.2 };
        var schedule = new LearningRateSchedule(recipe, 1, 10, 100);
        Assert.Equal(0.2, schedule.At(0), 9);
        Assert.Equal(0.6, schedule.At(50), 9);
        Assert.Equal(1, schedule.At(100), 9);
    }

    /// <summary>Rates of PyTorch's OneCycleLR, which <c>tests/reference/optimization/make.py</c> ran.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void OneCycle_GivesPyTorchsRates(int number)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(ReferenceFiles.PathOf("optimization", "schedules.json")));
        JsonElement expected = document.RootElement.GetProperty("one_cycle")[number];
        var recipe = new ScheduleRecipe
        {
            Kind = ScheduleKind.OneCycle,
            RisingShare = expected.GetProperty("pct_start").GetDouble(),
            StartDivisor = expected.GetProperty("div_factor").GetDouble(),
            EndDivisor = expected.GetProperty("final_div_factor").GetDouble(),
        };
        var schedule = new LearningRateSchedule(recipe, expected.GetProperty("rate").GetDouble(), 1, expected.GetProperty("total").GetInt32());
        double[] rates = [.. expected.GetProperty("rates").EnumerateArray().Select(rate => rate.GetDouble())];
        for (int iteration = 0; iteration < rates.Length; iteration++)
            Assert.Equal(rates[iteration], schedule.At(iteration), 1e-12);
    }
}
