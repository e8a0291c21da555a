using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Layers;

/// <summary>The graph's input: RGB bytes, normalised to (p/255 − mean)/std.</summary>
internal static class PictureInput
{
    /// <summary>Name of the input.</summary>
    public const string Name = "image";

    private const double Brightest = 255;

    /// <summary>Declares uint8 [N, H, W, 3] and gives float [N, 3, H, W].</summary>
    public static Value Emit(GraphBuilder graph, PictureInputSpec input, Dimension batch)
    {
        Value pixels = graph.Input<byte>(Name, batch, input.Height, input.Width, input.Channels);
        using IDisposable scope = graph.Module("normalize");
        Value planes = graph.Op("Transpose", [pixels], Attributes.Ints("perm", 0, 3, 1, 2));
        Value levels = graph.Op("Cast", [planes], Attributes.Int("to", (int)TensorProto.Types.DataType.Float));

        // (p − 255·mean)/(255·std) needs two roundings where p/255 first needs three, and none where mean and std are 0.5.
        Value centred = graph.Op("Sub", [levels, PerChannel("mean", input.Mean)]);
        return graph.Op("Div", [centred, PerChannel("std", input.Std)]);

        Value PerChannel(string name, IReadOnlyList<float> values)
        {
            float[] scaled = [.. values.Select(value => (float)(Brightest * value))];
            return graph.Initializer<float>($"normalize.{name}", scaled, 1, scaled.Length, 1, 1);
        }
    }
}
