using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Studies;
using SpikingDetector.Training.Tests.Data;
using SpikingDetector.Training.Tests.Runs;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Studies;

/// <summary>Gradients along deep networks before training.</summary>
public sealed class GradientStudyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What the project's own trial of another program showed: the literal gradient explodes, Spiking's fades.</summary>
    [Fact]
    public void DeepNetworks_ExplodeAndFade_AsKnown()
    {
        string recipe = Path.Combine(_folder, "tiny.json");
        File.WriteAllText(recipe, TinyRecipes.Classifier);
        var scale = new StudyScale
        {
            Recipe = recipe,
            Data = TinyData.Classes(Path.Combine(_folder, "data")),
            Output = _folder,
            Seeds = 2,
            Depths = [18, 62],
            Set = ["model.backbone.time_steps=4", "batch_size=8"],
        };

        IReadOnlyList<GradientProfile> profiles = new GradientStudy(scale, CPU).Measure(_ => { }, CancellationToken.None);

        Assert.Equal(6 * 2 * 2, profiles.Count);
        Assert.All(profiles, profile => Assert.Equal(profile.Depth / 2, profile.Norms.Count));
        Assert.All(profiles, profile => Assert.All(profile.Norms, norm => Assert.True(norm >= 0 && double.IsFinite(norm))));
        Assert.True(Growth(Variant.LiteralGradient) > 10, $"{Growth(Variant.LiteralGradient)}");
        Assert.InRange(Growth(Variant.SpikeGate), 0.5, 10);
        Assert.True(Growth(Variant.Spiking) < Growth(Variant.SpikeGate) / 2, $"{Growth(Variant.Spiking)}");
        string report = new GradientReport(profiles).ToMarkdown();
        Assert.Contains("literal gate gradient: ", report, StringComparison.Ordinal);
        Assert.Contains("**explodes**", report, StringComparison.Ordinal);

        double Growth(Variant variant) => First(variant, 62) / First(variant, 18);
        double First(Variant variant, int depth) =>
            profiles.Where(profile => profile.Variant == variant && profile.Depth == depth).Average(profile => profile.First);
    }

    [Fact]
    public void SixtyTwoLayers_AreThirtyBlocks()
    {
        var spec = new ModelSpec
        {
            Name = "deep",
            Task = ModelTask.Classification,
            Labels = ["a", "b"],
            Backbone = new BackboneSpec { Depth = 62, BaseChannels = 8, Stem = StemKind.Cifar },
            Decoder = new DecoderSpec { Kind = DecoderKind.Rate },
            Input = new PictureInputSpec { Height = 32, Width = 32, Mean = [0.5f, 0.5f, 0.5f], Std = [0.5f, 0.5f, 0.5f] },
        };

        // The stem, two convolutions of each block and the fully connected layer.
        NetworkLayout network = NetworkLayout.Of(spec);
        Assert.Equal(62, 1 + network.Stages.Sum(stage => stage.Blocks.Sum(block => block.Branch.Count)) + 1);
    }
}
