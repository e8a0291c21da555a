using SpikingDetector.Core.Specs;

namespace SpikingDetector.Training.Recipes;

/// <summary>Random changes of training pictures; all off unless a recipe asks for them.</summary>
internal sealed record AugmentationRecipe
{
    /// <summary>Probability of a left-right mirror.</summary>
    public float HorizontalFlip { get; init; }

    /// <summary>Probability of an up-down mirror.</summary>
    public float VerticalFlip { get; init; }

    /// <summary>Classifiers: zeros' worth of mean colour around the picture, of which a random window is cut; in pixels.</summary>
    public int CropPadding { get; init; }

    /// <summary>
    /// Detectors: bounds of a random factor on the letterbox scale. A picture that is then larger than the input is cut at
    /// a random place, a smaller one placed at random.
    /// </summary>
    public (float From, float To) Scale { get; init; } = (1, 1);

    /// <summary>Pixel values are multiplied by a random factor in 1 ± this, 0…1.</summary>
    public float Brightness { get; init; }

    /// <summary>Distances from the picture's mean brightness are multiplied by a random factor in 1 ± this, 0…1.</summary>
    public float Contrast { get; init; }

    public static AugmentationRecipe Read(JsonFields fields, ModelTask task)
    {
        const string share = "a number from 0 to 1";
        bool detects = task == ModelTask.Detection;
        if (detects && fields.Has("crop_padding"))
            throw fields.Error("crop_padding", "left out for detection, which has scale");
        if (!detects && fields.Has("scale"))
            throw fields.Error("scale", "left out for classification, which has crop_padding");
        IReadOnlyList<float> scale = fields.Has("scale")
            ? fields.Numbers("scale", 2, "2 rising numbers from 0.1 to 10", value => value is >= 0.1f and <= 10)
            : [1, 1];
        if (scale[0] > scale[1])
            throw fields.Error("scale", "2 rising numbers from 0.1 to 10");
        var recipe = new AugmentationRecipe
        {
            HorizontalFlip = fields.Number("horizontal_flip", share, IsShare, 0),
            VerticalFlip = fields.Number("vertical_flip", share, IsShare, 0),
            CropPadding = fields.Whole("crop_padding", 0, 1024, 0),
            Scale = (scale[0], scale[1]),
            Brightness = fields.Number("brightness", share, IsShare, 0),
            Contrast = fields.Number("contrast", share, IsShare, 0),
        };
        fields.Finish();
        return recipe;

        static bool IsShare(float value) => value is >= 0 and <= 1;
    }
}
