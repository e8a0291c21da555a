using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Energy;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Tests.Energy;

/// <summary>Zhang et al. 2023, Table 5: ResNet18 on CIFAR-100, where the shortcuts are left out.</summary>
public sealed class PaperFiguresTests
{
    [Fact]
    public void PublishedCounts_GiveThePublishedEnergies()
    {
        var count = new OperationCount(Macs: 1.9e6, Acs: 348.9e6, AnnMacs: 549_177_344);

        Assert.Equal(4.08e7, count.Picojoules, 0.005e7);
        Assert.Equal(1.7024e9, count.AnnPicojoules, 0.00005e9);
        Assert.Equal(41.7, count.Ratio!.Value, 0.05);
    }

    [Fact]
    public void OrdinaryResNet18_HasThePublishedCount()
    {
        NetworkEnergy energy = new EnergyModel(ResNet18(BlockKind.Ann)).Estimate([]);

        Assert.Equal(new OperationCount(549_177_344, 0, 549_177_344), energy.WithoutShortcuts);
        Assert.Equal(1.7024e9, energy.WithoutShortcuts.Picojoules, 0.00005e9);
        Assert.Equal(549_177_344 + 6_291_456, energy.WithShortcuts.Macs);
        Assert.Equal(1, energy.WithShortcuts.Ratio);
    }

    /// <summary>The published additions are 4 steps of the blocks' 547,356,672 at a mean rate of 0.15936.</summary>
    [Fact]
    public void SpikingResNet18_AtThePublishedRate_HasThePublishedCounts()
    {
        var model = new EnergyModel(ResNet18(BlockKind.SpikeGate));
        NetworkEnergy energy = model.Estimate([.. model.SpikingLayers.Select(_ => 0.15936)]);

        Assert.Equal(348.9e6, energy.WithoutShortcuts.Acs, 0.05e6);
        Assert.Equal(1.9e6, energy.WithoutShortcuts.Macs, 0.05e6);
        Assert.Equal(549_177_344, energy.WithoutShortcuts.AnnMacs);

        // From 1,887,808 MACs, which the paper rounds before it goes on.
        Assert.Equal(4.08e7, energy.WithoutShortcuts.Picojoules, 0.01e7);
        Assert.Equal(41.7, energy.WithoutShortcuts.Ratio!.Value, 0.1);
        Assert.Equal(4 * 0.15936 * 6_291_456, energy.WithShortcuts.Acs - energy.WithoutShortcuts.Acs, 1);
    }

    private static NetworkLayout ResNet18(BlockKind block) => NetworkLayout.Of(new ModelSpec
    {
        Name = "resnet18",
        Task = ModelTask.Classification,
        Backbone = new BackboneSpec { Depth = 18, Stem = StemKind.Cifar, Block = block, TimeSteps = block == BlockKind.Ann ? 1 : 4 },
        Decoder = new DecoderSpec { Kind = block == BlockKind.Ann ? DecoderKind.Rate : DecoderKind.Attention },
        Labels = [.. Enumerable.Range(0, 100).Select(i => $"class{i}")],
        Input = new PictureInputSpec { Height = 32, Width = 32, Mean = [0.5f, 0.5f, 0.5f], Std = [0.25f, 0.25f, 0.25f] },
    });
}
