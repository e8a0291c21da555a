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

    public static ScheduleRecipe Read(JsonFields fields)
    {
        ScheduleKind kind = fields.Choice(
            "type", [("constant", ScheduleKind.Constant), ("step", ScheduleKind.Step), ("cosine", ScheduleKind.Cosine)]);
        if (kind != ScheduleKind.Step && (fields.Has("milestones") || fields.Has("gamma")))
            throw fields.Error(fields.Has("milestones") ? "milestones" : "gamma", "left out where type is not \"step\"");
        var recipe = new ScheduleRecipe
        {
            Kind = kind,
            Milestones = kind == ScheduleKind.Step ? fields.WholeNumbers("milestones", 1, 1_000_000) : [],
            Gamma = fields.Number("gamma", "a number above 0 and at most 1", value => value is > 0 and <= 1, 0.1f),
            WarmupIterations = fields.Whole("warmup_iterations", 0, 10_000_000, 0),
            WarmupFactor = fields.Number("warmup_factor", "a number from 0 to 1", value => value is >= 0 and <= 1, 0.001f),
        };
        fields.Finish();
        return recipe;
    }
}
