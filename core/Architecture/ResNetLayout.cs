using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Architecture;

/// <summary>ResNet (He et al. 2016): a stem and four stages, of which all but the first halve the size.</summary>
internal static class ResNetLayout
{
    private const int Stages = 4;

    public static ConvolutionLayout Stem(ModelSpec spec, string body)
    {
        bool imagenet = spec.Backbone.Stem == StemKind.ImageNet;
        return new ConvolutionLayout(
            $"{body}conv1", spec.Input.Channels, spec.Backbone.BaseChannels, imagenet ? 7 : 3, imagenet ? 2 : 1, $"{body}bn1");
    }

    public static PoolLayout? StemPool(ModelSpec spec, string body) => spec.Backbone.Stem == StemKind.ImageNet
        ? new PoolLayout($"{body}maxpool", Kernel: 3, Stride: 2, Padding: 1)
        : null;

    public static IReadOnlyList<StageLayout> LayOutStages(BackboneSpec backbone, string body)
    {
        var stages = new List<StageLayout>();
        int channels = backbone.BaseChannels;
        int[] counts = BlocksPerStage(backbone.Depth);
        bool bottleneck = backbone.Depth == 50;
        for (int stage = 1; stage <= Stages; stage++)
        {
            var blocks = new List<BlockLayout>();
            int width = backbone.BaseChannels << (stage - 1);
            for (int index = 0; index < counts[stage - 1]; index++)
            {
                int stride = stage > 1 && index == 0 ? 2 : 1;
                blocks.Add(BlockLayout.Of(backbone, $"{body}layer{stage}.{index}", stage, channels, width, stride, bottleneck));
                channels = blocks[^1].OutChannels;
            }

            stages.Add(new StageLayout { Blocks = blocks });
        }

        return stages;
    }

    /// <summary>A spec in a file has no 62, which is there to study how gradients flow: about twice the blocks of 34.</summary>
    private static int[] BlocksPerStage(int depth) => depth switch
    {
        10 => [1, 1, 1, 1],
        18 => [2, 2, 2, 2],
        34 or 50 => [3, 4, 6, 3],
        62 => [6, 8, 12, 4],
        _ => throw new ArgumentOutOfRangeException(nameof(depth), depth, "depth is 10, 18, 34, 50 or 62"),
    };
}
