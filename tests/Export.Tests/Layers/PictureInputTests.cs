using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Layers;

namespace SpikingDetector.Export.Tests.Layers;

public sealed class PictureInputTests
{
    private const int Height = 3;
    private const int Width = 2;

    [Fact]
    public void EveryByte_IsNormalisedIntoPlanes()
    {
        var input = new PictureInputSpec { Height = Height, Width = Width, Mean = [0.485f, 0.456f, 0.406f], Std = [0.229f, 0.224f, 0.225f] };
        byte[] pixels = [.. Enumerable.Range(0, 2 * Height * Width * 3).Select(i => (byte)(i * 37))];

        float[] planes = Run(input, pixels);

        for (int n = 0; n < 2; n++)
        {
            for (int c = 0; c < 3; c++)
            {
                for (int place = 0; place < Height * Width; place++)
                {
                    double value = pixels[(n * Height * Width + place) * 3 + c] / 255.0;
                    Assert.Equal((value - input.Mean[c]) / input.Std[c], planes[(n * 3 + c) * Height * Width + place], 1e-5);
                }
            }
        }
    }

    [Fact]
    public void BlackAndWhite_AreExactlyMinusOneAndOne_WhereMeanAndStdAreOneHalf()
    {
        var input = new PictureInputSpec { Height = Height, Width = Width, Mean = [0.5f, 0.5f, 0.5f], Std = [0.5f, 0.5f, 0.5f] };
        byte[] pixels = [.. Enumerable.Range(0, 2 * Height * Width * 3).Select(i => i % 2 == 0 ? (byte)0 : (byte)255)];
        Assert.Equal([-1f, 1f], Run(input, pixels).Distinct().Order());
    }

    private static float[] Run(PictureInputSpec input, byte[] pixels) => LayerModel.Run(
        graph => graph.Output<float>("y", PictureInput.Emit(graph, input, "N"), "N", 3, Height, Width),
        ("image", Tensor.Of(pixels, 2, Height, Width, 3)))["y"].Floats;
}
