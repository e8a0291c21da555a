using Google.Protobuf;
using SpikingDetector.Core;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Proto;
using SpikingDetector.Tests;

namespace SpikingDetector.Export.Tests;

/// <summary>Whole networks in float16.</summary>
public sealed class HalfModelTests
{
    private static readonly DecoderSpec Attention = new() { ChannelReduction = 4 };

    public static TheoryData<string> ReferenceNetworks =>
    [
        "sg10_star_quarter", "sew10_add_t6", "sew10_and_soft", "sew10_iand_plif", "spiking10_plif", "ann10",
        "sevenb_sg_plif_asd", "retina10_cifar", "retina10_sew_add", "retina10_ann",
    ];

    public static TheoryData<BlockKind> Blocks => [.. Enum.GetValues<BlockKind>()];

    /// <summary>Weights and currents of the reference networks are exact in float16, so that every spike must be that of float32.</summary>
    [Theory]
    [MemberData(nameof(ReferenceNetworks))]
    public void ReferenceNetwork_FiresAsInFloat32(string name)
    {
        using Checkpoint checkpoint = Checkpoint.Open(ReferenceFiles.CheckpointPath(name));
        bool spiking = checkpoint.Spec.Backbone.Block != BlockKind.Ann;
        bool detects = checkpoint.Spec.Task == ModelTask.Detection;
        var options = new ExportOptions { Activity = spiking, RawHeads = detects };
        Dictionary<string, Tensor> expected = ReferenceRun.Of(name, options).Outputs;

        options = options with { Precision = ExportPrecision.Float16 };
        foreach (Func<ModelProto, ModelProto> change in (Func<ModelProto, ModelProto>[])[same => same, HalfRounding.MakeExplicit])
        {
            Dictionary<string, Tensor> found = ReferenceRun.Of(name, options, change).Outputs;

            if (spiking)
                Assert.Equal(expected["firing_rates"].Floats, found["firing_rates"].Floats);
            foreach (string output in detects ? (string[])["cls_logits", "bbox_regression"] : ["logits"])
            {
                float largest = expected[output].Floats.Max(Math.Abs);
                Near.Equal(expected[output].Floats, found[output].Floats, detects || !spiking ? 3e-3 * largest : 1e-6);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void NetworkWhoseWeightsAreRounded_IsCloseToFloat32(BlockKind block)
    {
        using var checkpoint = new TinyCheckpoint(TinySpecs.Classifier(TinySpecs.Backbone(block) with { BaseChannels = 16 }, Attention), randomNorm: true);
        const int pictures = 4;
        Tensor pixels = Tensor.Of(checkpoint.RandomPixels(pictures), pictures, 32, 64, 3);
        var options = new ExportOptions { Activity = block != BlockKind.Ann };
        Dictionary<string, Tensor> expected = Run(OnnxExporter.Export(checkpoint.File, options));
        ModelProto half = OnnxExporter.Export(checkpoint.File, options with { Precision = ExportPrecision.Float16 });

        foreach (ModelProto model in (ModelProto[])[half, HalfRounding.MakeExplicit(half)])
        {
            Dictionary<string, Tensor> found = Run(model);

            if (block == BlockKind.Ann)
                Near.Equal(expected["logits"].Floats, found["logits"].Floats, 3e-3 * expected["logits"].Floats.Max(Math.Abs));
            else
                Near.Equal(expected["firing_rates"].Floats, found["firing_rates"].Floats, 0.02);
        }

        Dictionary<string, Tensor> Run(ModelProto proto)
        {
            using var model = new OnnxModel(proto.ToByteArray());
            return model.Run(("image", pixels));
        }
    }

    /// <summary>Neurons, normalisation, decoders and what makes boxes are float32, and so are inputs and outputs.</summary>
    [Theory]
    [InlineData("sg10_star_quarter")]
    [InlineData("sew10_add_t6")]
    [InlineData("sevenb_sg_plif_asd")]
    [InlineData("retina10_asd")]
    [InlineData("retina10_ann")]
    public void Halves_AreReadByConvolutionsAndWhatMovesThemOnly(string name)
    {
        GraphProto graph = ReferenceModels.Export(name, new ExportOptions { Precision = ExportPrecision.Float16, Activity = true }).Graph;
        HashSet<string> halves = HalfRounding.HalvesOf(graph);

        Assert.DoesNotContain(graph.Input.Concat(graph.Output), value => halves.Contains(value.Name));
        foreach (NodeProto node in graph.Node.Where(node => node.Input.Any(halves.Contains)))
        {
            bool isNeuron = node.Name.Contains(".sn1/", StringComparison.Ordinal);
            Assert.Contains(
                node.OpType, isNeuron ? (string[])["Cast", "Split", "Relu"] : ["Conv", "Cast", "Add", "Relu", "MaxPool", "Split", "Concat", "Resize", "Transpose"]);
        }
    }

    [Theory]
    [InlineData("sg10_cifar_asd")]
    [InlineData("retina10_asd")]
    [InlineData("retina10_ann")]
    public void Convolutions_BehindTheStemTakeHalfTheBytes(string name)
    {
        TensorProto[] floats = Weights(ExportPrecision.Float32);
        TensorProto[] halves = Weights(ExportPrecision.Float16);

        Assert.Equal(floats.Select(tensor => tensor.Name), halves.Select(tensor => tensor.Name));
        Assert.All(floats.Zip(halves), pair => Assert.Equal(pair.First.RawData.Length, 2 * pair.Second.RawData.Length));

        TensorProto[] Weights(ExportPrecision precision) =>
        [
            .. ReferenceModels.Export(name, new ExportOptions { Precision = precision }).Graph.Initializer.Where(tensor =>
                tensor.Name.EndsWith(".weight", StringComparison.Ordinal)
                && tensor.Name is not ("conv1.weight" or "backbone.body.conv1.weight" or "fc.weight")
                && !tensor.Name.Contains("decoder", StringComparison.Ordinal)),
        ];
    }

    [Fact]
    public void WeightBeyondFloat16_IsRefusedByName()
    {
        using var checkpoint = new TinyCheckpoint(
            TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SpikeGate), Attention),
            change: (name, values) => values[0] = name == "layer2.0.bn1.bias" ? 70000 : values[0]);

        string message = Assert.Throws<InvalidInputException>(
            () => OnnxExporter.Export(checkpoint.File, new ExportOptions { Precision = ExportPrecision.Float16 })).Message;
        Assert.Contains(checkpoint.File.Path, message, StringComparison.Ordinal);
        Assert.Contains("'layer2.0.conv1.bias'", message, StringComparison.Ordinal);
        Assert.Contains("65504", message, StringComparison.Ordinal);
    }
}
