using SpikingDetector.Core.Specs;

namespace SpikingDetector.Training.Recipes;

/// <summary>A random rectangle that is painted over with the mean colour, as torchvision's RandomErasing (Zhong et al. 2020).</summary>
internal sealed record RandomErasingRecipe
{
    /// <summary>Of a picture's having one, 0…1.</summary>
    public required float Probability { get; init; }

    /// <summary>Bounds of the rectangle's share of the input's area.</summary>
    public required (float From, float To) Scale { get; init; }

    /// <summary>Bounds of its width divided by its height.</summary>
    public required (float From, float To) Ratio { get; init; }

    public static RandomErasingRecipe Read(JsonFields fields)
    {
        var recipe = new RandomErasingRecipe
        {
            Probability = fields.Number("probability", "a number from 0 to 1", value => value is >= 0 and <= 1, 0.5f),
            Scale = RandomResizedCropRecipe.ReadScale(fields, (0.02f, 0.33f)),
            Ratio = RandomResizedCropRecipe.ReadRatio(fields, (0.3f, 3.3f)),
        };
        fields.Finish();
        return recipe;
    }
}
