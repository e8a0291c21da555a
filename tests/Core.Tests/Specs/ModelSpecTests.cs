using System.Text.Json.Nodes;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Tests;

namespace SpikingDetector.Core.Tests.Specs;

public sealed class ModelSpecTests
{
    [Fact]
    public void Parse_ReadsEveryFieldOfADetector()
    {
        ModelSpec spec = ModelSpec.Parse(SpecText.Detection, "spec");

        Assert.Equal(("bccd-sg10", ModelTask.Detection, 2), (spec.Name, spec.Task, spec.ClassCount));
        Assert.Equal(
            new BackboneSpec
            {
                Family = BackboneFamily.ResNet,
                Depth = 10,
                BaseChannels = 64,
                Stem = StemKind.ImageNet,
                Block = BlockKind.SpikeGate,
                Gate = GateKind.Bsg,
                Neuron = new NeuronSpec { Kind = NeuronKind.IntegrateAndFire, Threshold = 1, Reset = 0, Tau = null },
                TimeSteps = 4,
            },
            spec.Backbone);
        Assert.Equal(
            new DecoderSpec { Kind = DecoderKind.Attention, ChannelReduction = 16, TemporalReduction = 1 }, spec.Decoder);
        DetectorSpec detector = spec.Detector!;
        Assert.Equal((256, 4, P6Source.C5), (detector.FpnChannels, detector.HeadConvs, detector.P6Source));
        Assert.Equal(
            (0.05f, 1000, 0.5f, 100),
            (detector.ScoreThreshold, detector.CandidatesPerLevel, detector.NmsThreshold, detector.MaxDetections));
        Assert.Equal([new Category(1, "RBC"), new Category(7, "WBC")], spec.Categories);
        Assert.Empty(spec.Labels);
        Assert.Equal((480, 640, 3), (spec.Input.Height, spec.Input.Width, spec.Input.Channels));
        var input = Assert.IsType<PictureInputSpec>(spec.Input);
        Assert.Equal([0.485f, 0.456f, 0.406f], input.Mean);
        Assert.Equal([0.229f, 0.224f, 0.225f], input.Std);
    }

    [Fact]
    public void Parse_ReadsAClassifier()
    {
        ModelSpec spec = ModelSpec.Parse(SpecText.Classification, "spec");

        Assert.Equal(ModelTask.Classification, spec.Task);
        Assert.Equal(["cat", "dog"], spec.Labels);
        Assert.Equal(2, spec.ClassCount);
        Assert.Empty(spec.Categories);
        Assert.Null(spec.Detector);
        Assert.Equal((StemKind.Cifar, BlockKind.SewAdd), (spec.Backbone.Stem, spec.Backbone.Block));
        Assert.Equal(DecoderKind.Rate, spec.Decoder.Kind);
    }

    [Fact]
    public void Parse_ReadsAnEventNetwork()
    {
        ModelSpec spec = ModelSpec.Parse(SpecText.Events, "spec");

        Assert.Equal(
            new BackboneSpec
            {
                Family = BackboneFamily.SevenB,
                BaseChannels = 64,
                Block = BlockKind.SpikeGate,
                Neuron = new NeuronSpec { Kind = NeuronKind.ParametricLeaky, Tau = 2 },
                TimeSteps = 16,
            },
            spec.Backbone);
        Assert.Equal(new EventInputSpec { Height = 128, Width = 256 }, spec.Input);
        Assert.Equal(2, spec.Input.Channels);
        Assert.Equal(["plane", "car"], spec.Labels);
    }

    [Fact]
    public void Parse_FillsInTheDefaults()
    {
        string text = SpecText.With(SpecText.Detection, "backbone.gate", "\"bsg_star\"");
        text = SpecText.With(text, "backbone.neuron", """{"type": "if"}""");
        text = SpecText.With(text, "decoder", """{"type": "asd"}""");
        text = SpecText.With(text, "detector", """{"fpn_channels": 8, "head_convs": 0}""");

        ModelSpec spec = ModelSpec.Parse(text, "spec");

        Assert.Equal(0.5f, spec.Backbone.GateThreshold);
        Assert.Equal((1f, 0f), (spec.Backbone.Neuron.Threshold, spec.Backbone.Neuron.Reset));
        Assert.Equal((16, 1), (spec.Decoder.ChannelReduction, spec.Decoder.TemporalReduction));
        DetectorSpec detector = spec.Detector!;
        Assert.Equal([32, 64, 128, 256, 512], detector.AnchorSizes);
        Assert.Equal(P6Source.C5, detector.P6Source);
        Assert.Equal(
            (0.05f, 1000, 0.5f, 100),
            (detector.ScoreThreshold, detector.CandidatesPerLevel, detector.NmsThreshold, detector.MaxDetections));
    }

    [Fact]
    public void Parse_TakesOptionalFieldsWhereTheyAreGiven()
    {
        string text = SpecText.With(SpecText.Detection, "backbone.gate", "\"bsg_star\", \"gate_threshold\": -0.25, \"family\": \"resnet\"");
        text = SpecText.With(text, "detector.anchor_sizes", "[8, 16, 24, 48, 4096]");
        text = SpecText.With(text, "backbone.neuron", """{"type": "plif", "tau": 1.5, "v_threshold": 2, "v_reset": -1}""");

        ModelSpec spec = ModelSpec.Parse(text, "spec");

        Assert.Equal((GateKind.BsgStar, -0.25f), (spec.Backbone.Gate, spec.Backbone.GateThreshold));
        Assert.Equal([8, 16, 24, 48, 4096], spec.Detector!.AnchorSizes);
        Assert.Equal(
            new NeuronSpec { Kind = NeuronKind.ParametricLeaky, Threshold = 2, Reset = -1, Tau = 1.5f }, spec.Backbone.Neuron);
    }

    [Fact]
    public void Parse_NullReset_IsSoftReset()
    {
        ModelSpec spec = ModelSpec.Parse(SpecText.With(SpecText.Detection, "backbone.neuron.v_reset", "null"), "spec");

        Assert.Null(spec.Backbone.Neuron.Reset);
        Assert.Equal(0f, spec.Backbone.Neuron.RestPotential);
        Assert.Contains("\"v_reset\":null", spec.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_AnOrdinaryNetwork_NeedsNoNeuronAndHasOneStep()
    {
        string text = SpecText.With(SpecText.Classification, "backbone", """
            {"depth": 18, "base_channels": 16, "stem": "cifar", "block": "ann"}
            """);

        ModelSpec spec = ModelSpec.Parse(text, "spec");

        Assert.Equal((BlockKind.Ann, 1), (spec.Backbone.Block, spec.Backbone.TimeSteps));
        Assert.DoesNotContain("neuron", spec.ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("detection", "name", "\"bccd-sg10\"")]
    [InlineData("classification", "name", "\"cifar\"")]
    [InlineData("classification", "labels", "[\"Käse\", \"a \\\"b\\\" \\\\ \\n\", \"猫\"]")]
    [InlineData("detection", "backbone.neuron", "{\"type\": \"if\", \"v_threshold\": 0.7, \"v_reset\": null}")]
    [InlineData("detection", "backbone.neuron", "{\"type\": \"lif\", \"tau\": 2.3}")]
    [InlineData("detection", "backbone.neuron", "{\"type\": \"plif\", \"tau\": 2}")]
    [InlineData("detection", "backbone.gate", "\"bsg_star\", \"gate_threshold\": 0.1")]
    [InlineData("detection", "backbone.block", "\"sew_and\"")]
    [InlineData("detection", "backbone.block", "\"sew_iand\"")]
    [InlineData("detection", "backbone.block", "\"spiking\"")]
    [InlineData("detection", "backbone.depth", "50")]
    [InlineData("detection", "backbone", "{\"depth\": 34, \"base_channels\": 8, \"stem\": \"cifar\", \"block\": \"ann\"}")]
    [InlineData("detection", "decoder", "{\"type\": \"asd\", \"channel_reduction\": 4, \"temporal_reduction\": 2}")]
    [InlineData("detection", "detector.p6_source", "\"p5\"")]
    [InlineData("detection", "detector.anchor_sizes", "[1, 2, 3, 4, 5]")]
    [InlineData("detection", "detector.score_threshold", "0.123456789")]
    [InlineData("events", "input.height", "384")]
    [InlineData("events", "backbone.base_channels", "1")]
    [InlineData("events", "backbone.gate", "\"bsg_star\"")]
    [InlineData("events", "backbone.block", "\"spiking\"")]
    [InlineData("events", "backbone.block", "\"sew_add\"")]
    [InlineData("events", "backbone.block", "\"sew_and\"")]
    [InlineData("events", "backbone.block", "\"sew_iand\"")]
    [InlineData("events", "backbone", "{\"family\": \"7b\", \"base_channels\": 8, \"block\": \"ann\"}")]
    [InlineData("events", "decoder", "{\"type\": \"rate\"}")]
    public void ToJson_ReadsBackAsTheSameSpec(string task, string path, string value)
    {
        ModelSpec spec = ModelSpec.Parse(SpecText.With(SpecText.Of(task), path, value), "spec");

        Assert.Equivalent(spec, ModelSpec.Parse(spec.ToJson(), "written"), strict: true);
        Assert.Equivalent(spec, ModelSpec.Parse(spec.ToJson(indented: true), "written"), strict: true);
        Assert.Equal(spec.ToJson(), ModelSpec.Parse(spec.ToJson(), "written").ToJson());
    }

    [Theory]
    [MemberData(nameof(ReferenceFiles.All), MemberType = typeof(ReferenceFiles))]
    public void Parse_ReadsTheSpecsOfTheReferenceModels(string model)
    {
        using SafetensorsFile file = SafetensorsFile.Open(ReferenceFiles.CheckpointPath(model));

        ModelSpec spec = ModelSpec.Parse(file.Metadata["spec"], model);

        JsonNode given = JsonNode.Parse(file.Metadata["spec"])!, written = JsonNode.Parse(spec.ToJson())!;
        Assert.Equal(model, spec.Name);
        Assert.Equal((string)given["task"]! == "detection" ? ModelTask.Detection : ModelTask.Classification, spec.Task);
        Assert.Equal((given["labels"] ?? given["categories"])!.AsArray().Count, spec.ClassCount);

        // A gate or neuron that the block has no use for may be given and is not kept.
        JsonObject kept = written["backbone"]!.AsObject();
        Assert.All(given["backbone"]!.AsObject().Where(field => kept.ContainsKey(field.Key)), field =>
            Assert.True(JsonNode.DeepEquals(field.Value, kept[field.Key]), field.Key));
        Assert.Equal((string)given["backbone"]!["block"]!, (string)kept["block"]!);
        Assert.Equivalent(spec, ModelSpec.Parse(spec.ToJson(), "written"), strict: true);
    }

    [Fact]
    public void Load_ReadsAFile_AndNamesAMissingOne()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("spec.json");
        Assert.Contains(path, Assert.Throws<InvalidInputException>(() => ModelSpec.Load(path)).Message, StringComparison.Ordinal);

        File.WriteAllText(path, SpecText.Detection);

        Assert.Equal("bccd-sg10", ModelSpec.Load(path).Name);
    }
}
