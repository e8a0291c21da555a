using SpikingDetector.Core.Specs;

namespace SpikingDetector.Training.Recipes;

/// <summary>Random changes of training pictures or recordings; all off unless a recipe asks for them.</summary>
internal sealed record AugmentationRecipe
{
    private static readonly string[] OfPictures = ["colour_jitter"];
    private static readonly string[] OfClassifiers = ["crop_padding", "random_resized_crop", "random_erasing"];
    private static readonly string[] OfDetectors = ["scale", "shorter_side", "longer_side", "mosaic"];
    private static readonly string[] OfRecordings = ["delete_slices"];

    /// <summary>Probability of a left-right mirror.</summary>
    public float HorizontalFlip { get; init; }

    /// <summary>Probability of an up-down mirror.</summary>
    public float VerticalFlip { get; init; }

    /// <summary>Pictures: random colours; null where they stay as they are.</summary>
    public ColourJitterRecipe? ColourJitter { get; init; }

    /// <summary>Classifiers: zeros' worth of mean colour around the picture, of which a random window is cut; in pixels.</summary>
    public int CropPadding { get; init; }

    /// <summary>Classifiers: a random window instead of the picture's centre; null where it is the centre.</summary>
    public RandomResizedCropRecipe? RandomResizedCrop { get; init; }

    /// <summary>Classifiers: a random rectangle is painted over; null where none is.</summary>
    public RandomErasingRecipe? RandomErasing { get; init; }

    /// <summary>
    /// Detectors: bounds of a random factor on the letterbox scale. A picture that is then larger than the input is cut at
    /// a random place, a smaller one placed at random.
    /// </summary>
    public (float From, float To) Scale { get; init; } = (1, 1);

    /// <summary>
    /// Detectors: pictures are scaled so that their shorter side is one of these, drawn at random, in pixels; a batch is then as
    /// large as its largest picture. Empty where pictures are brought to the input's size.
    /// </summary>
    public IReadOnlyList<int> ShorterSides { get; init; } = [];

    /// <summary>With <see cref="ShorterSides"/>: no longer side becomes longer than this, in pixels.</summary>
    public int LongerSide { get; init; } = 1333;

    /// <summary>Detectors: probability that an input is made of four pictures around a random point (Bochkovskiy et al. 2020).</summary>
    public float Mosaic { get; init; }

    /// <summary>
    /// Recordings: so many time steps, chosen at random, lose all their events, 0 to T − 1. Zhang et al. 2023 delete 4 of 16.
    /// </summary>
    public int DeleteSlices { get; init; }

    /// <summary>Reads the recipe's <c>augmentation</c> for a network.</summary>
    /// <exception cref="Core.InvalidInputException">A field is out of range, or not for this kind of network.</exception>
    public static AugmentationRecipe Read(JsonFields fields, ModelSpec spec)
    {
        RefuseFieldsOfOtherNetworks(fields, spec);
        RefuseFieldsThatExcludeEachOther(fields);
        const string share = "a number from 0 to 1";
        const string scales = "2 rising numbers from 0.1 to 10";
        IReadOnlyList<float> scale = fields.Has("scale") ? fields.Numbers("scale", 2, scales, value => value is >= 0.1f and <= 10) : [1, 1];
        if (scale[0] > scale[1])
            throw fields.Error("scale", scales);
        var recipe = new AugmentationRecipe
        {
            HorizontalFlip = fields.Number("horizontal_flip", share, IsShare, 0),
            VerticalFlip = fields.Number("vertical_flip", share, IsShare, 0),
            ColourJitter = fields.Has("colour_jitter") ? ColourJitterRecipe.Read(fields.Nested("colour_jitter")) : null,
            CropPadding = fields.Whole("crop_padding", 0, 1024, 0),
            RandomResizedCrop = fields.Has("random_resized_crop")
                ? RandomResizedCropRecipe.Read(fields.Nested("random_resized_crop"))
                : null,
            RandomErasing = fields.Has("random_erasing") ? RandomErasingRecipe.Read(fields.Nested("random_erasing")) : null,
            Scale = (scale[0], scale[1]),
            ShorterSides = fields.Has("shorter_side") ? fields.WholeNumbers("shorter_side", 32, 4096) : [],
            LongerSide = fields.Whole("longer_side", 32, 8192, 1333),
            Mosaic = fields.Number("mosaic", share, IsShare, 0),
            DeleteSlices = fields.Whole("delete_slices", 0, spec.Backbone.TimeSteps - 1, 0),
        };
        if (fields.Has("shorter_side") && recipe.ShorterSides.Count == 0)
            throw fields.Error("shorter_side", "a list of at least one whole number from 32 to 4096");
        if (recipe.ShorterSides.Any(side => side > recipe.LongerSide))
            throw fields.Error("shorter_side", $"at most the longer side, which is {recipe.LongerSide} here");
        fields.Finish();
        return recipe;

        static bool IsShare(float value) => value is >= 0 and <= 1;
    }

    private static void RefuseFieldsOfOtherNetworks(JsonFields fields, ModelSpec spec)
    {
        if (spec.Input is EventInputSpec)
        {
            Refuse(fields, [.. OfPictures, .. OfClassifiers, .. OfDetectors], "for recordings of events: it changes pictures");
            return;
        }

        Refuse(fields, OfRecordings, "for pictures: only recordings of events have slices");
        if (spec.Task == ModelTask.Detection)
            Refuse(fields, OfClassifiers, "for detection, which has scale, shorter_side and mosaic");
        else
            Refuse(fields, OfDetectors, "for classification, which has crop_padding and random_resized_crop");
    }

    private static void RefuseFieldsThatExcludeEachOther(JsonFields fields)
    {
        if (fields.Has("random_resized_crop"))
            Refuse(fields, ["crop_padding"], "where random_resized_crop cuts the picture");
        if (fields.Has("shorter_side"))
            Refuse(fields, ["scale", "mosaic"], "where shorter_side gives the pictures their size");
        else
            Refuse(fields, ["longer_side"], "where there is no shorter_side");
    }

    private static void Refuse(JsonFields fields, IEnumerable<string> names, string where)
    {
        foreach (string name in names.Where(fields.Has))
            throw fields.Error(name, $"left out {where}");
    }
}
