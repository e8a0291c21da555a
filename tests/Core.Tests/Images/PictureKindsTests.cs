using System.Text.Json;
using SpikingDetector.Core.Images;
using SpikingDetector.Tests;

namespace SpikingDetector.Core.Tests.Images;

/// <summary>Files of all kinds by other encoders, held to what Pillow decodes (<c>tests/reference/make_pictures.py</c>).</summary>
public sealed class PictureKindsTests
{
    private static readonly JsonElement Expected = JsonDocument.Parse(File.ReadAllText(ReferenceFiles.PathOf("pictures.json"))).RootElement;

    public static TheoryData<string> Names => [.. Expected.EnumerateObject().Select(file => file.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Decode_ShowsWhatPillowShows(string name)
    {
        JsonElement expected = Expected.GetProperty(name);
        Picture picture = PictureDecoder.DecodeFile(ReferenceFiles.PathOf("pictures", name));
        Assert.Equal((expected.GetProperty("width").GetInt32(), expected.GetProperty("height").GetInt32()), (picture.Width, picture.Height));

        int halfWidth = picture.Width / 2, halfHeight = picture.Height / 2;
        foreach ((int quarter, JsonElement mean) in expected.GetProperty("means").EnumerateArray().Index())
        {
            for (int channel = 0; channel < 3; channel++)
            {
                double found = Mean(picture, quarter % 2 * halfWidth, quarter / 2 * halfHeight, halfWidth, halfHeight, channel);
                Assert.InRange(found - mean[channel].GetDouble(), -2, 2);
            }
        }
    }

    private static double Mean(Picture picture, int left, int top, int width, int height, int channel)
    {
        double sum = 0;
        for (int y = top; y < top + height; y++)
        {
            for (int x = left; x < left + width; x++)
                sum += picture.Pixels[(y * picture.Width + x) * Picture.Channels + channel];
        }

        return sum / (width * height);
    }
}
