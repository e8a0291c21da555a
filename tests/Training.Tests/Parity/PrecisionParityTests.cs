using Google.Protobuf;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export;
using SpikingDetector.Export.Tests;
using SpikingDetector.Proto;
using SpikingDetector.Training.Parity;

namespace SpikingDetector.Training.Tests.Parity;

/// <summary>Files of 8-bit precisions beside their checkpoints, good ones and ones with a fault.</summary>
public sealed class PrecisionParityTests : IDisposable
{
    private static readonly DecoderSpec Attention = new() { ChannelReduction = 4 };
    private static readonly DecoderSpec Rate = new() { Kind = DecoderKind.Rate };

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public static TheoryData<string> SpikingNetworks => [.. Networks().Keys.Where(name => name != "ann")];

    public static TheoryData<string> PictureNetworks => [.. Networks().Keys.Where(name => !name.StartsWith("events", StringComparison.Ordinal))];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(SpikingNetworks))]
    public void Int8Exact_HasTheSpikesOfRoundedWeights_FoldedAndApart(string name)
    {
        using var checkpoint = new TinyCheckpoint(Networks()[name]);
        foreach (bool folds in (bool[])[true, false])
        {
            ParityReport report = Check(checkpoint, Export(checkpoint, Exact with { FoldTime = folds, Activity = true }));

            Assert.Equal(["checkpoint", "rounded checkpoint"], report.Comparisons.Select(comparison => comparison.Against));
            ComparisonReport rounded = report.Comparisons[1];
            Assert.Equal(checkpoint.File.Network.NeuronLayers, rounded.Layers.Select(layer => layer.Name));
            Assert.All(rounded.Layers, layer => Assert.Equal((0, 0), (layer.Together, layer.Alone)));
            Assert.All(rounded.Outputs, output => Assert.True(output.Largest < (output.Name == "boxes" ? 0.01 : 1e-3), $"{output.Name} {output.Largest}"));
            Assert.Contains(rounded.Outputs, output => output is { Name: "firing_rates", AloneLimit: 0.001 });
            Assert.True(rounded.Passed);
            // Rounding is not for nothing, but the stem is float32.
            Assert.Equal(0, report.Comparisons[0].Layers[0].Together);
            Assert.NotNull(report.Comparisons[0].FirstDeparting);
        }
    }

    [Fact]
    public void Int8Exact_WithAFixedBatch_IsReadRowByRow()
    {
        using var checkpoint = new TinyCheckpoint(Networks()["sg"]);

        ParityReport report = Check(checkpoint, Export(checkpoint, Exact with { Batch = 3 }));

        Assert.Null(report.Comparisons[1].FirstDeparting);
    }

    [Theory]
    [MemberData(nameof(PictureNetworks))]
    public void Int8_IsComparedWithTheCheckpointAlone(string name)
    {
        using var checkpoint = new TinyCheckpoint(Networks()[name]);
        foreach (bool folds in (bool[])[true, false])
        {
            ParityReport report = Check(checkpoint, Export(checkpoint, Rounded(checkpoint) with { FoldTime = folds }));

            ComparisonReport comparison = Assert.Single(report.Comparisons);
            Assert.Equal(checkpoint.File.Network.NeuronLayers, comparison.Layers.Select(layer => layer.Name));
            // The stem is float32, and layers read in a wrong order or layout would differ in most spikes.
            Assert.All(comparison.Layers.Take(1), layer => Assert.Equal(0, layer.Alone));
            Assert.All(comparison.Layers, layer => Assert.InRange(layer.Alone, 0, 0.02));
            Assert.NotEmpty(comparison.Outputs);
            Assert.All(comparison.Outputs, output => Assert.InRange(output.Mean, 0, output.Largest));
        }
    }

    [Theory]
    [InlineData("sg")]
    [InlineData("sg pool")]
    public void AlteredWeight_FailsAgainstRoundedWeights_AndNamesTheLayer(string name)
    {
        using var checkpoint = new TinyCheckpoint(Networks()[name]);

        ParityReport report = Check(checkpoint, Export(checkpoint, Exact, model =>
        {
            // [k·k·C, C′]: the centre of the first kernel.
            TensorProto weight = model.Graph.Initializer.Single(tensor => tensor.Name == "layer2.0.conv1.weight");
            byte[] bytes = weight.RawData.ToByteArray();
            int centre = (4 * (int)(weight.Dims[0] / 9)) * (int)weight.Dims[1];
            bytes[centre] = unchecked((byte)(sbyte)((sbyte)bytes[centre] > 0 ? -127 : 127));
            weight.RawData = ByteString.CopyFrom(bytes);
        }));

        Assert.False(report.Passed);
        Assert.Equal("layer2.0.sn1", report.Comparisons[1].FirstDeparting);
        Assert.Equal("layer2.0.sn1", report.Comparisons[1].FirstFailing);
    }

    [Theory]
    [InlineData(ExportPrecision.Float32, "sg", "layer3.0.sn2/t1")]
    [InlineData(ExportPrecision.Float16, "sg", "layer3.0.sn2/t1")]
    [InlineData(ExportPrecision.Int8Exact, "sg", "layer3.0.sn2/t1")]
    [InlineData(ExportPrecision.Int8, "sg", "layer3.0.sn2/t1")]
    [InlineData(ExportPrecision.Float32, "sg pool", "sn1")]
    [InlineData(ExportPrecision.Float16, "sg pool", "sn1")]
    [InlineData(ExportPrecision.Int8Exact, "sg pool", "sn1")]
    [InlineData(ExportPrecision.Int8, "sg pool", "sn1")]
    public void AlteredThreshold_Fails_AndNamesTheLayer(ExportPrecision precision, string name, string place)
    {
        using var checkpoint = new TinyCheckpoint(Networks()[name]);
        ExportOptions options = precision == ExportPrecision.Int8 ? Rounded(checkpoint) : new ExportOptions { Precision = precision };

        ParityReport report = Check(checkpoint, Export(checkpoint, options, model =>
        {
            // One for each step; where the stem is in closed form, one for each period.
            foreach (NodeProto node in model.Graph.Node.Where(node => node.Name.StartsWith($"{place}/GreaterOrEqual", StringComparison.Ordinal)))
            {
                TensorProto threshold = model.Graph.Initializer.Single(tensor => tensor.Name == node.Input[1]).Clone();
                threshold.Name = $"{node.Name}/wrong";
                threshold.RawData = ByteString.CopyFrom(threshold.DataType == (int)TensorProto.Types.DataType.Float ? BitConverter.GetBytes(-5f) : [0]);
                model.Graph.Initializer.Add(threshold);
                node.Input[1] = threshold.Name;
            }
        }));

        Assert.False(report.Passed);
        Assert.Equal(place.Split('/')[0], report.Comparisons[^1].FirstFailing);
    }

    [Fact]
    public void Limits_DecideOnAnInt8File()
    {
        using var checkpoint = new TinyCheckpoint(Networks()["detector"]);
        string path = Export(checkpoint, Rounded(checkpoint));
        ComparisonReport found = Check(checkpoint, path, _ => new ParityLimits(1, 1, 1, 1)).Comparisons[0];
        OutputDifference scores = found.Outputs.Single(output => output.Name == "scores");
        var exactly = new ParityLimits(found.Layers.Max(layer => layer.Alone), scores.Alone, scores.Mean, 1);
        Assert.True(exactly is { Spikes: > 0, Output: > 0, Mean: > 0 }, exactly.ToString());

        Assert.True(Check(checkpoint, path, _ => exactly).Passed);
        Assert.False(Check(checkpoint, path, _ => exactly with { Spikes = exactly.Spikes * 0.99 }).Passed);
        Assert.False(Check(checkpoint, path, _ => exactly with { Output = exactly.Output * 0.99 }).Passed);
        Assert.False(Check(checkpoint, path, _ => exactly with { Mean = exactly.Mean * 0.99 }).Passed);
    }

    private static ExportOptions Exact => new() { Precision = ExportPrecision.Int8Exact };

    private static Dictionary<string, ModelSpec> Networks()
    {
        var networks = new Dictionary<string, ModelSpec>
        {
            ["sg"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SpikeGate), Attention),
            ["sg pool"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SpikeGate) with { Stem = StemKind.ImageNet, TimeSteps = 5 }, Rate),
            ["sg star"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SpikeGate) with { Gate = GateKind.BsgStar }, Rate),
            ["sg one step"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SpikeGate) with { TimeSteps = 1 }, Rate),
            ["sg bottleneck"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SpikeGate) with { Depth = 50 }, Rate),
            ["spiking"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.Spiking), Rate),
            ["spiking plif soft"] = TinySpecs.Classifier(
                TinySpecs.Backbone(BlockKind.Spiking) with
                {
                    Stem = StemKind.ImageNet,
                    Neuron = new NeuronSpec { Kind = NeuronKind.ParametricLeaky, Tau = 2, Threshold = 0.5f, Reset = null },
                },
                Rate),
            ["sew_add"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SewAdd), Rate),
            ["sew_add pool"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SewAdd) with { Stem = StemKind.ImageNet }, Rate),
            ["sew_and"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SewAnd), Rate),
            ["sew_iand"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SewIand), Rate),
            ["ann"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.Ann), Rate),
            ["detector"] = TinySpecs.Detector(
                TinySpecs.Backbone(BlockKind.SpikeGate) with { Stem = StemKind.ImageNet },
                Attention,
                new DetectorSpec { FpnChannels = 8, HeadConvs = 1, ScoreThreshold = 0.3f, AnchorSizes = [8, 16, 32, 64, 96] }),
        };
        foreach (string name in (string[])["sg asd plif", "sew_add plif"])
            networks[$"events {name}"] = TinySpecs.EventVariants[name];
        return networks;
    }

    /// <summary>Scales chosen by the pictures that are compared.</summary>
    private ExportOptions Rounded(TinyCheckpoint checkpoint)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "calibration")).FullName;
        for (int seed = 0; seed < 2; seed++)
        {
            var picture = new Picture(checkpoint.Spec.Input.Width, checkpoint.Spec.Input.Height, checkpoint.RandomPixels(1, seed));
            File.WriteAllBytes(Path.Combine(folder, $"{seed}.png"), PictureEncoder.EncodePng(picture));
        }

        return new ExportOptions { Precision = ExportPrecision.Int8, CalibrationFolder = folder };
    }

    private string Export(TinyCheckpoint checkpoint, ExportOptions options, Action<ModelProto>? change = null)
    {
        ModelProto model = OnnxExporter.Export(checkpoint.File, options);
        change?.Invoke(model);
        string path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    private static ParityReport Check(TinyCheckpoint checkpoint, string path, Func<ParityLimits, ParityLimits>? limits = null)
    {
        using var check = new ParityCheck(checkpoint.File, path, limits);
        for (int seed = 0; seed < 2; seed++)
        {
            if (checkpoint.Spec.Input is EventInputSpec)
                check.Add(checkpoint.RandomCounts(1, seed));
            else
                check.Add(checkpoint.RandomPixels(1, seed));
        }

        return check.Report();
    }
}
