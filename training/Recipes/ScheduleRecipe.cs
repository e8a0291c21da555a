using SpikingDetector.Core.Specs;

namespace SpikingDetector.Training.Recipes;

/// <summary>How the learning rate runs over a training.</summary>
internal sealed record ScheduleRecipe
{
    public required ScheduleKind Kind { get; init; }

    /// <summary>Epochs after which a step schedule multiplies the rate by <see cref="Gamma"/>.</summary>
    public IReadOnlyList<int> Milestones { get; init; } = [];

    public double Gamma { get; init; } = 0.1;

    /// <summary>Iterations over which the rate rises linearly from <see cref="WarmupFactor"/> of itself.</summary>
    public int WarmupIterations { get; init; }

    public double WarmupFactor { get; init; } = 0.001;

    /// <summary>One cycle: share of the training in which the rate rises, between 0 and 1.</summary>
    public double RisingShare { get; init; } = 0.3;

    /// <summary>One cycle: the rate at the start is the highest one divided by this.</summary>
    public double StartDivisor { get; init; } = 25;

    /// <summary>One cycle: the rate at the end is that at the start divided by this.</summary>
    public double EndDivisor { get; init; } = 1e4;

    public static ScheduleRecipe Read(JsonFields fields)
    {
        ScheduleKind kind = fields.Choice(
            "type",
            [
                ("constant", ScheduleKind.Constant), ("step", ScheduleKind.Step), ("cosine", ScheduleKind.Cosine),
                ("one_cycle", ScheduleKind.OneCycle),
            ]);
        if (kind != ScheduleKind.Step)
            fields.Refuse(["milestones", "gamma"], "left out where type is not \"step\"");
        if (kind != ScheduleKind.OneCycle)
            fields.Refuse(["pct_start", "div_factor", "final_div_factor"], "left out where type is not \"one_cycle\"");
        else
            fields.Refuse(["warmup_iterations", "warmup_factor"], "left out where type is \"one_cycle\", which has a warm-up of its own");
        var recipe = new ScheduleRecipe
        {
            Kind = kind,
            Milestones = kind == ScheduleKind.Step ? fields.WholeNumbers("milestones", 1, 1_000_000) : [],
            Gamma = fields.Number("gamma", "a number above 0 and at most 1", value => value is > 0 and <= 1, 0.1f),
            WarmupIterations = fields.Whole("warmup_iterations", 0, 10_000_000, 0),
            WarmupFactor = fields.Number("warmup_factor", "a number from 0 to 1", value => value is >= 0 and <= 1, 0.001f),
            RisingShare = fields.Number("pct_start", "a number between 0 and 1", value => value is > 0 and < 1, 0.3f),
            StartDivisor = fields.Number("div_factor", "a number from 1", value => value >= 1, 25),
            EndDivisor = fields.Number("final_div_factor", "a number from 1", value => value >= 1, 1e4f),
        };
        fields.Finish();
        return recipe;
    }
}
