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
}
