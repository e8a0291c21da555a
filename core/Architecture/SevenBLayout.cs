using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Architecture;

/// <summary>
/// 7B-Net (Fang et al. 2021, "Deep residual learning in spiking neural networks", the network for DVS-CIFAR10): a 1×1
/// convolution to C channels, four times a basic block and a max-pool of 2, a 1×1 convolution to 2C channels, three
/// times a block and a max-pool. Modules are named in torchvision's style: <c>conv1</c>, <c>bn1</c>, <c>sn1</c>;
/// <c>layer1.0</c>…<c>layer4.0</c>; <c>conv2</c>, <c>bn2</c>, <c>sn2</c>; <c>layer5.0</c>…<c>layer7.0</c>.
/// </summary>
internal static class SevenBLayout
{
    private const int Stages = 7;

    /// <summary>The first stage of twice the width.</summary>
    private const int FirstWideStage = 5;

    public static ConvolutionLayout Stem(ModelSpec spec) =>
        new("conv1", spec.Input.Channels, spec.Backbone.BaseChannels, Kernel: 1, Stride: 1, "bn1");

    public static IReadOnlyList<StageLayout> LayOutStages(BackboneSpec backbone) =>
        [.. Enumerable.Range(1, Stages).Select(stage => LayOutStage(backbone, stage))];

    private static StageLayout LayOutStage(BackboneSpec backbone, int stage)
    {
        int width = stage < FirstWideStage ? backbone.BaseChannels : 2 * backbone.BaseChannels;
        return new StageLayout
        {
            Entry = stage == FirstWideStage
                ? new UnitLayout(new("conv2", backbone.BaseChannels, width, Kernel: 1, Stride: 1, "bn2"), "sn2")
                : null,
            Blocks = [BlockLayout.Of(backbone, $"layer{stage}.0", stage, width, width, stride: 1, bottleneck: false)],
            Pool = new PoolLayout($"layer{stage}.maxpool", Kernel: 2, Stride: 2, Padding: 0),
        };
    }
}
