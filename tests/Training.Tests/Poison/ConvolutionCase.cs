using SpikingDetector.Core.Architecture;

namespace SpikingDetector.Training.Tests.Poison;

/// <summary>A convolution as a network runs it.</summary>
/// <param name="Layout">Channels, kernel, stride.</param>
/// <param name="Count">Pictures, times the steps where time is folded into the batch.</param>
/// <param name="Height">Of the input.</param>
/// <param name="Width">Of the input.</param>
internal sealed record ConvolutionCase(ConvolutionLayout Layout, int Count, int Height, int Width)
{
    public (int In, int Out, int Kernel, int Stride, bool Norm, int Count, int Height, int Width) Shape => (
        Layout.InChannels, Layout.OutChannels, Layout.Kernel, Layout.Stride, Layout.BatchNorm is not null, Count, Height, Width);

    public int OutHeight => Layout.OutputSide(Height);

    public int OutWidth => Layout.OutputSide(Width);

    public long InputElements => (long)Count * Layout.InChannels * Height * Width;

    public long OutputElements => (long)Count * Layout.OutChannels * OutHeight * OutWidth;

    public long WeightElements => (long)Layout.InChannels * Layout.OutChannels * Layout.Kernel * Layout.Kernel;

    public long MultiplyAdds => OutputElements * Layout.InChannels * Layout.Kernel * Layout.Kernel;

    /// <summary>All convolutions of a network but its decoders', for a batch.</summary>
    public static IEnumerable<ConvolutionCase> Of(NetworkLayout network, int pictures)
    {
        int steps = pictures * network.Spec.Backbone.TimeSteps;
        (int Height, int Width) size = (network.Spec.Input.Height, network.Spec.Input.Width);
        yield return Next(network.Stem, network.HasConstantInput ? pictures : steps, ref size);
        size = Behind(network.StemPool, size);
        var decoded = new List<(int Height, int Width)>();
        foreach (StageLayout stage in network.Stages)
        {
            if (stage.Entry is { } entry)
                yield return Next(entry.Convolution, steps, ref size);
            foreach (BlockLayout block in stage.Blocks)
            {
                (int Height, int Width) before = size;
                if (block.Shortcut is { } shortcut)
                    yield return new ConvolutionCase(shortcut, steps, before.Height, before.Width);
                foreach (UnitLayout unit in block.Branch)
                    yield return Next(unit.Convolution, steps, ref size);
            }

            size = Behind(stage.Pool, size);
            decoded.Add(size);
        }

        if (network.Detector is not { } detector)
            yield break;
        List<(int Height, int Width)> levels = decoded[^3..];
        for (int i = 0; i < 3; i++)
        {
            yield return new ConvolutionCase(detector.Inner[i], pictures, levels[i].Height, levels[i].Width);
            yield return new ConvolutionCase(detector.Outer[i], pictures, levels[i].Height, levels[i].Width);
        }

        size = levels[2];
        foreach (ConvolutionLayout layer in (ConvolutionLayout[])[detector.P6, detector.P7])
        {
            yield return Next(layer, pictures, ref size);
            levels.Add(size);
        }

        foreach (ConvolutionLayout layer in (ConvolutionLayout[])[.. detector.Classification, .. detector.Regression])
        {
            foreach ((int height, int width) in levels)
                yield return new ConvolutionCase(layer, pictures, height, width);
        }
    }

    private static ConvolutionCase Next(ConvolutionLayout layer, int count, ref (int Height, int Width) size)
    {
        var next = new ConvolutionCase(layer, count, size.Height, size.Width);
        size = (next.OutHeight, next.OutWidth);
        return next;
    }

    private static (int Height, int Width) Behind(PoolLayout? pool, (int Height, int Width) size) =>
        pool is null ? size : (pool.OutputSide(size.Height), pool.OutputSide(size.Width));
}
