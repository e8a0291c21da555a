using SpikingDetector.Core.Specs;

namespace SpikingDetector.Training.Recipes;

/// <summary>Random changes of training pictures or recordings; all off unless a recipe asks for them.</summary>
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

    /// <summary>
    /// Recordings: so many time steps, chosen at random, lose all their events, 0 to T − 1. Zhang et al. 2023 delete 4 of 16.
    /// </summary>
    public int DeleteSlices { get; init; }

    /// <summary>Reads the recipe's <c>augmentation</c> for a network.</summary>
    /// <exception cref="Core.InvalidInputException">A field is out of range, or not for this kind of network.</exception>
    public static AugmentationRecipe Read(JsonFields fields, ModelSpec spec)
    {
        const string share = "a number from 0 to 1";
        bool detects = spec.Task == ModelTask.Detection;
        bool events = spec.Input is EventInputSpec;
        if (events)
            RefusePictureFields(fields);
        else if (fields.Has("delete_slices"))
            throw fields.Error("delete_slices", "left out for pictures: only recordings of events have slices");
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
            DeleteSlices = fields.Whole("delete_slices", 0, spec.Backbone.TimeSteps - 1, 0),
        };
        fields.Finish();
        return recipe;

        static bool IsShare(float value) => value is >= 0 and <= 1;
    }

    private static void RefusePictureFields(JsonFields fields)
    {
        foreach (string field in (string[])["crop_padding", "scale", "brightness", "contrast"])
        {
            if (fields.Has(field))
                throw fields.Error(field, "left out for recordings of events: it changes pictures");
        }
    }
}
