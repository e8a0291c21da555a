using System.Text.Json;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Specs;
using SpikingDetector.Tests;

namespace SpikingDetector.Core.Tests.Architecture;

/// <summary>The layout of networks against files that PyTorch, SpikingJelly and torchvision wrote.</summary>
public sealed class ReferenceLayoutTests
{
    [Theory]
    [MemberData(nameof(ReferenceFiles.All), MemberType = typeof(ReferenceFiles))]
    public void TensorLayout_HasTheNamesAndShapesOfTheReference(string model)
    {
        using SafetensorsFile file = SafetensorsFile.Open(ReferenceFiles.CheckpointPath(model));
        IReadOnlyList<TensorShape> layout = TensorLayout.Of(Network(file));

        Assert.Equal(
            file.Tensors.Values.Select(tensor => Describe(tensor.Name, tensor.Shape)).Order(StringComparer.Ordinal),
            layout.Select(tensor => Describe(tensor.Name, tensor.Shape)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(ReferenceFiles.All), MemberType = typeof(ReferenceFiles))]
    public void NeuronLayers_HaveTheNamesAndOrderOfTheReference(string model)
    {
        using SafetensorsFile file = SafetensorsFile.Open(ReferenceFiles.CheckpointPath(model));
        using SafetensorsFile expected = ReferenceFiles.Expected(model);
        using var rates = JsonDocument.Parse(expected.Metadata["firing_rates"]);

        Assert.Equal(rates.RootElement.EnumerateObject().Select(rate => rate.Name), Network(file).NeuronLayers);
    }

    [Fact]
    public void Anchors_EqualTorchvisionsExactly()
    {
        using SafetensorsFile file = SafetensorsFile.Open(ReferenceFiles.PathOf("retina_loss.safetensors"));
        ModelSpec spec = PaperSpecs.Detector(10, DecoderKind.Rate, P6Source.C5);
        spec = spec with { Input = spec.Input with { Height = 128, Width = 256 } };

        IReadOnlyList<float[]> levels = AnchorGenerator.Generate(spec);

        Assert.Equal([512 * 36, 128 * 36, 32 * 36, 8 * 36, 2 * 36], levels.Select(level => level.Length));
        Assert.Equal(file.ReadSingles("anchors"), levels.SelectMany(level => level));
    }

    private static NetworkLayout Network(SafetensorsFile file) => NetworkLayout.Of(ModelSpec.Parse(file.Metadata["spec"], file.Path));

    private static string Describe(string name, IReadOnlyList<long> shape) => $"{name} [{string.Join(", ", shape)}]";
}
