using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Optimization;

/// <summary>
/// The learning rate as a plain function of the iteration, so that a resumed training needs no scheduler state.
/// </summary>
internal sealed class LearningRateSchedule(ScheduleRecipe recipe, double rate, int epochs, int iterationsPerEpoch)
{
    /// <summary>The rate of an iteration, counted from 0 over the whole training.</summary>
    public double At(long iteration) => rate * Decay(iteration) * Warmup(iteration);

    private double Decay(long iteration)
    {
        switch (recipe.Kind)
        {
            case ScheduleKind.Step:
                long epoch = iteration / iterationsPerEpoch;
                return Math.Pow(recipe.Gamma, recipe.Milestones.Count(milestone => epoch >= milestone));
            case ScheduleKind.Cosine:
                // Loshchilov and Hutter 2017, Eq. 5 with η_min = 0, once over the training.
                return (1 + Math.Cos(Math.PI * iteration / ((double)epochs * iterationsPerEpoch))) / 2;
            case ScheduleKind.OneCycle:
                return OneCycle(iteration);
            default:
                return 1;
        }
    }

    /// <summary>
    /// Smith and Topin 2019, with half a cosine up to the full rate and one down, as PyTorch's OneCycleLR has it; the
    /// momentum is not cycled.
    /// </summary>
    private double OneCycle(long iteration)
    {
        double last = (double)epochs * iterationsPerEpoch - 1;
        double top = recipe.RisingShare * (last + 1) - 1;
        double start = 1 / recipe.StartDivisor;
        return iteration < top
            ? Between(start, 1, iteration / top)
            : Between(1, start / recipe.EndDivisor, (iteration - top) / (last - top));

        static double Between(double from, double to, double share) => to + (from - to) / 2 * (1 + Math.Cos(Math.PI * share));
    }

    private double Warmup(long iteration) => iteration >= recipe.WarmupIterations
        ? 1
        : recipe.WarmupFactor + (1 - recipe.WarmupFactor) * iteration / recipe.WarmupIterations;
}
