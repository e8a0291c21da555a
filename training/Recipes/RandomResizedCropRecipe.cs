using SpikingDetector.Core.Specs;

namespace SpikingDetector.Training.Recipes;

/// <summary>A window of random area and shape that is scaled to the input, as torchvision's RandomResizedCrop (Szegedy et al. 2015).</summary>
internal sealed record RandomResizedCropRecipe
{
    /// <summary>Bounds of the window's share of the picture's area.</summary>
    public required (float From, float To) Scale { get; init; }

    /// <summary>Bounds of its width divided by its height.</summary>
    public required (float From, float To) Ratio { get; init; }

    public static RandomResizedCropRecipe Read(JsonFields fields)
    {
        var recipe = new RandomResizedCropRecipe
        {
            Scale = ReadScale(fields, (0.08f, 1)),
            Ratio = ReadRatio(fields, (3f / 4, 4f / 3)),
        };
        fields.Finish();
        return recipe;
    }

    /// <summary>Bounds of a random window's share of the picture's area.</summary>
    public static (float From, float To) ReadScale(JsonFields fields, (float From, float To) otherwise) =>
        Bounds(fields, "scale", "2 rising numbers above 0 up to 1", value => value is > 0 and <= 1, otherwise);

    /// <summary>Bounds of a random window's width divided by its height.</summary>
    public static (float From, float To) ReadRatio(JsonFields fields, (float From, float To) otherwise) =>
        Bounds(fields, "ratio", "2 rising numbers from 0.1 to 10", value => value is >= 0.1f and <= 10, otherwise);

    private static (float From, float To) Bounds(
        JsonFields fields, string name, string expected, Func<float, bool> allowed, (float From, float To) otherwise)
    {
        if (!fields.Has(name))
            return otherwise;
        IReadOnlyList<float> bounds = fields.Numbers(name, 2, expected, allowed);
        return bounds[0] <= bounds[1] ? (bounds[0], bounds[1]) : throw fields.Error(name, expected);
    }
}
