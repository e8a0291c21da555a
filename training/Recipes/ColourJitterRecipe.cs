using SpikingDetector.Core.Specs;

namespace SpikingDetector.Training.Recipes;

/// <summary>
/// Random changes of colour as torchvision's ColorJitter makes them; each 0 where it is off. All four come in a random order.
/// </summary>
internal sealed record ColourJitterRecipe
{
    /// <summary>All values are multiplied by a factor in 1 ± this, 0…1.</summary>
    public float Brightness { get; init; }

    /// <summary>Distances from the picture's mean grey are multiplied by a factor in 1 ± this, 0…1.</summary>
    public float Contrast { get; init; }

    /// <summary>Distances from the pixel's grey are multiplied by a factor in 1 ± this, 0…1.</summary>
    public float Saturation { get; init; }

    /// <summary>Hues are turned by an angle in ± this, in turns, 0…0.5.</summary>
    public float Hue { get; init; }

    public static ColourJitterRecipe Read(JsonFields fields)
    {
        const string share = "a number from 0 to 1";
        var recipe = new ColourJitterRecipe
        {
            Brightness = fields.Number("brightness", share, IsShare, 0),
            Contrast = fields.Number("contrast", share, IsShare, 0),
            Saturation = fields.Number("saturation", share, IsShare, 0),
            Hue = fields.Number("hue", "a number from 0 to 0.5", value => value is >= 0 and <= 0.5f, 0),
        };
        fields.Finish();
        return recipe;

        static bool IsShare(float value) => value is >= 0 and <= 1;
    }
}
