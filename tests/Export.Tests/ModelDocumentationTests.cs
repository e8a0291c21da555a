using SpikingDetector.Export.Graph;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Tests;

public sealed class ModelDocumentationTests
{
    public static TheoryData<string> Models => FormModels.Names;

    [Theory]
    [MemberData(nameof(Models))]
    public void EveryInputAndOutput_IsExplained(string name)
    {
        ModelProto model = FormModels.Export(name);
        Assert.All(model.Graph.Input.Concat(model.Graph.Output), value =>
        {
            Assert.NotEmpty(value.DocString);
            Assert.Contains($"  {value.Name}: ", model.DocString, StringComparison.Ordinal);
            Assert.Contains(value.DocString, model.DocString, StringComparison.Ordinal);
        });
        Assert.NotEmpty(model.Graph.DocString);
        Assert.NotEmpty(model.ProducerVersion);
    }

    [Fact]
    public void DetectorsText_SaysWhatItIsAndHowToReadBoxes()
    {
        string version = FormModels.Export("detector Int8Exact folded").ProducerVersion;
        Assert.Equal(
            $"""
            tiny: detection of 2 categories, SG ResNet10 with 4 base channels, IF neurons, T = 3, attention decoder, 96×64 pictures; int8-exact.
            All time steps are in the graph, and nothing is kept from one run to the next.

            Inputs
              image: uint8 [N, 64, 96, 3]: RGB, rows from the top, 0 to 255; normalised in the graph. Scale a picture as large as fits, sides in proportion, into the top-left corner; fill the rest with RGB 128, 128, 128.

            Outputs
              boxes: float [N, 100, 4]: x1, y1, x2, y2 in pixels of the input, after non-maximum suppression; 0 in unused rows.
              scores: float [N, 100]: 0 to 1, of each box, in descending order; 0 in unused rows.
              labels: int64 [N, 100]: category of each box: 0 left, 1 right; -1 in unused rows.

            The metadata spiking_detector.spec has the whole specification as JSON. Written by spiking-detector {version}.

            """,
            FormModels.Export("detector Int8Exact folded", OperatorSets.Newest, allOutputs: false).DocString);
    }
}
