using System.Globalization;

namespace SpikingDetector.Core.Specs;

/// <summary>The field <c>input</c>, whose fields depend on the family of the backbone.</summary>
internal static class InputSpecReader
{
    private const int LongestSide = 8192;

    public static InputSpec Read(JsonFields fields, BackboneFamily family)
    {
        InputSpec spec = family == BackboneFamily.SevenB ? ReadEvents(fields) : ReadPictures(fields);
        fields.Finish();
        return spec;
    }

    private static PictureInputSpec ReadPictures(JsonFields fields)
    {
        Refuse(fields, "channels", "left out where backbone.family is \"resnet\", which takes RGB pictures");
        return new PictureInputSpec
        {
            Height = ReadSide(fields, "height", 32, ""),
            Width = ReadSide(fields, "width", 32, ""),
            Mean = fields.Numbers("mean", 3, "3 numbers (red, green, blue) from 0 to 1", value => value is >= 0 and <= 1),
            Std = fields.Numbers("std", 3, "3 numbers (red, green, blue) of at least 1e-6", value => value >= PictureInputSpec.SmallestStd),
        };
    }

    private static EventInputSpec ReadEvents(JsonFields fields)
    {
        foreach (string field in (string[])["mean", "std"])
            Refuse(fields, field, "left out where backbone.family is \"7b\", which takes event counts as they are");
        fields.Whole("channels", "2, one for each polarity of an event", value => value == EventInputSpec.Polarities);
        const string why = ", because 7 max-pools halve it";
        return new EventInputSpec { Height = ReadSide(fields, "height", 128, why), Width = ReadSide(fields, "width", 128, why) };
    }

    private static void Refuse(JsonFields fields, string name, string expected)
    {
        if (fields.Has(name))
            throw fields.Error(name, expected);
    }

    private static int ReadSide(JsonFields fields, string name, int unit, string why) => fields.Whole(
        name,
        string.Create(CultureInfo.InvariantCulture, $"a multiple of {unit} from {unit} to {LongestSide}{why}"),
        side => side >= unit && side <= LongestSide && side % unit == 0);
}
