using SpikingDetector.Core.Specs;

namespace SpikingDetector.Training.Recipes;

/// <summary>The optimiser: SGD with momentum or AdamW (decoupled weight decay, Loshchilov and Hutter 2019).</summary>
internal sealed record OptimizerRecipe
{
    public required OptimizerKind Kind { get; init; }

    /// <summary>The rate after the warm-up, before the schedule lowers it.</summary>
    public required double LearningRate { get; init; }

    public double WeightDecay { get; init; }

    /// <summary>Of SGD.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Of SGD: Nesterov's momentum in place of the plain one.</summary>
    public bool Nesterov { get; init; }

    /// <summary>
    /// Whether weight decay takes in scales and shifts of batch normalisation, biases, PLIF's w and gates, as PyTorch's
    /// optimisers do with all parameters.
    /// </summary>
    public bool DecayNormsAndBiases { get; init; } = true;

    /// <summary>Bound on the norm of all gradients together; 0 means none.</summary>
    public double ClipGradientNorm { get; init; }

    public static OptimizerRecipe Read(JsonFields fields)
    {
        OptimizerKind kind = fields.Choice("type", [("sgd", OptimizerKind.Sgd), ("adamw", OptimizerKind.AdamW)]);
        if (kind == OptimizerKind.AdamW)
            fields.Refuse(["momentum", "nesterov"], "left out where type is \"adamw\"");
        var recipe = new OptimizerRecipe
        {
            Kind = kind,
            LearningRate = fields.Number("learning_rate", "a number above 0", value => value > 0),
            WeightDecay = fields.Number("weight_decay", "a number from 0", value => value >= 0, 0),
            Momentum = fields.Number("momentum", "a number from 0 to below 1", value => value is >= 0 and < 1, 0.9f),
            Nesterov = fields.Flag("nesterov", false),
            DecayNormsAndBiases = fields.Flag("decay_norms_and_biases", true),
            ClipGradientNorm = fields.Number("clip_gradient_norm", "a number from 0 (no clipping)", value => value >= 0, 0),
        };
        if (recipe.Nesterov && recipe.Momentum == 0)
            throw fields.Error("nesterov", "left out, or false, where momentum is 0");
        fields.Finish();
        return recipe;
    }
}
