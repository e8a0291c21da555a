using SpikingDetector.Core.Architecture;
using SpikingDetector.Export.Forms;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>
/// A convolution over channels-last maps as a product of matrices: a row for each position, with the k·k·C inputs that its
/// kernel sees side by side, times a matrix with a row for each of these.
/// </summary>
internal static class Patches
{
    /// <summary>Bytes [B, h, w, C] to [B, h′, w′, k·k·C].</summary>
    public static Value Emit(GraphBuilder graph, ConvolutionLayout layout, Maps input, Value maps)
    {
        (int kernel, int stride, long padding) = (layout.Kernel, layout.Stride, layout.Padding);
        Maps output = input.Through(layout);
        if (kernel == 1 && stride == 1)
            return maps;
        if (padding > 0)
            maps = graph.Op("Pad", [maps, graph.Vector(0, padding, padding, 0, 0, padding, padding, 0)]);
        (int height, int width) = (input.Height + 2 * (int)padding, input.Width + 2 * (int)padding);

        // The numbers of the positions are a sum of two short lists; ONNX Runtime adds them up once, when it loads the file.
        Value corners = graph.Initializer<int>(
            $"patches.{height}x{width}.stride{stride}", Grid(output.Height, output.Width, stride * width, stride), output.Height * output.Width, 1);
        Value offsets = graph.Initializer<int>($"patches.{kernel}x{kernel}.width{width}", Grid(kernel, kernel, width, 1), 1, kernel * kernel);
        Value positions = graph.Op("Add", [corners, offsets]);
        Value rows = graph.Op("Reshape", [maps, graph.Vector<long>(-1, height * width, input.Channels)]);
        Value patches = graph.Op("Gather", [rows, positions], Attributes.Int("axis", 1));
        return graph.Op("Reshape", [patches, graph.Vector<long>(-1, output.Height, output.Width, kernel * kernel * input.Channels)]);
    }

    /// <summary>Weights [C′, C, k, k] to [k·k·C, C′].</summary>
    public static sbyte[] Arrange(sbyte[] weight, ConvolutionLayout layout)
    {
        int taps = layout.Kernel * layout.Kernel;
        var matrix = new sbyte[weight.Length];
        for (int to = 0; to < layout.OutChannels; to++)
        {
            for (int from = 0; from < layout.InChannels; from++)
            {
                for (int tap = 0; tap < taps; tap++)
                    matrix[(tap * layout.InChannels + from) * layout.OutChannels + to] = weight[(to * layout.InChannels + from) * taps + tap];
            }
        }

        return matrix;
    }

    private static int[] Grid(int rows, int columns, int rowStep, int columnStep) =>
        [.. Enumerable.Range(0, rows * columns).Select(i => i / columns * rowStep + i % columns * columnStep)];
}
