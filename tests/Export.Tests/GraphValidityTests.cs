using Google.Protobuf;
using SpikingDetector.Core.Specs;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Tests;

/// <summary>What the ONNX specification asks of a graph, beyond what ONNX Runtime happens to accept.</summary>
public sealed class GraphValidityTests
{
    public static TheoryData<string> Models() => ["classifier", "detector", "events"];

    [Theory]
    [MemberData(nameof(Models))]
    public void EveryInput_IsKnownBeforeItsUse(string name)
    {
        GraphProto graph = Export(name).Graph;
        var known = new HashSet<string>(graph.Input.Select(input => input.Name).Concat(graph.Initializer.Select(tensor => tensor.Name)));
        foreach (NodeProto node in graph.Node)
        {
            Assert.All(node.Input.Where(input => input.Length > 0), input => Assert.Contains(input, known));
            Assert.All(node.Output, output => Assert.True(known.Add(output), $"'{output}' is made twice"));
        }

        Assert.All(graph.Output, output => Assert.Contains(output.Name, known));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Names_AreUnique(string name)
    {
        GraphProto graph = Export(name).Graph;
        Assert.Equal(graph.Node.Count, graph.Node.Select(node => node.Name).Distinct().Count());
        string[] values = [.. graph.Input.Select(input => input.Name), .. graph.Initializer.Select(tensor => tensor.Name)];
        Assert.Equal(values.Length, values.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void InputsAndOutputs_AreTyped(string name)
    {
        GraphProto graph = Export(name).Graph;
        Assert.All(graph.Input.Concat(graph.Output), value =>
        {
            Assert.NotEqual(0, value.Type.TensorType.ElemType);
            Assert.All(value.Type.TensorType.Shape.Dim, side => Assert.True(side.HasDimValue || side.DimParam == "N"));
        });
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Operators_AreOfTheDefaultDomainAndWithoutControlFlow(string name)
    {
        ModelProto model = Export(name);
        Assert.Equal([""], model.OpsetImport.Select(import => import.Domain));
        Assert.All(model.Graph.Node, node =>
        {
            Assert.Equal("", node.Domain);
            Assert.DoesNotContain(node.OpType, (string[])["If", "Loop", "Scan"]);
        });
        Assert.Empty(model.Functions);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void EveryConstantAndNode_IsUsed(string name)
    {
        GraphProto graph = Export(name).Graph;
        var used = graph.Node.SelectMany(node => node.Input).Concat(graph.Output.Select(output => output.Name)).ToHashSet();
        Assert.All(graph.Initializer, tensor => Assert.Contains(tensor.Name, used));
        Assert.All(graph.Node, node => Assert.True(node.Output.Any(used.Contains), $"nothing uses {node.Name}"));
    }

    [Fact]
    public void Nodes_CarryModulePathAndTimeStep()
    {
        HashSet<string> names = [.. Export("detector").Graph.Node.Select(node => node.Name)];
        Assert.Contains("backbone.body.conv1/Conv", names);
        Assert.Contains("backbone.body.layer1.0.sn1/t2/GreaterOrEqual", names);
        Assert.Contains("backbone.body.layer2.0.downsample.0/t1/Conv", names);
        Assert.Contains("head.classification_head.cls_logits/p7/Conv", names);
        Assert.DoesNotContain("backbone.body.conv1/t1/Conv", names);
    }

    [Fact]
    public void EventNetwork_TakesAFrameForEveryStepAndConvolvesEach()
    {
        ModelProto model = Export("events");
        ValueInfoProto input = Assert.Single(model.Graph.Input);
        Assert.Equal("events", input.Name);
        Assert.Equal((int)TensorProto.Types.DataType.Float, input.Type.TensorType.ElemType);
        Assert.Equal("N", input.Type.TensorType.Shape.Dim[0].DimParam);
        Assert.Equal([3L, 2, 128, 256], input.Type.TensorType.Shape.Dim.Skip(1).Select(side => side.DimValue));
        HashSet<string> names = [.. model.Graph.Node.Select(node => node.Name)];
        Assert.Contains("conv1/t2/Conv", names);
        Assert.Contains("layer1.maxpool/t0/MaxPool", names);
        Assert.Contains("conv2/t1/Conv", names);
    }

    [Fact]
    public void EventNetwork_HasAFixedBatchWhereAskedForAndTheSameBytesEveryTime()
    {
        using var checkpoint = new TinyCheckpoint(TinySpecs.EventVariants["sg"]);
        var options = new ExportOptions { Batch = 3 };
        ModelProto model = OnnxExporter.Export(checkpoint.File, options);
        Assert.Equal(3, model.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue);
        Assert.Equal(model.ToByteArray(), OnnxExporter.Export(checkpoint.File, options).ToByteArray());
    }

    private static ModelProto Export(string name)
    {
        var decoder = new DecoderSpec { ChannelReduction = 2 };
        BackboneSpec backbone = TinySpecs.Backbone(BlockKind.SpikeGate) with
        {
            Stem = StemKind.ImageNet,
            Neuron = new NeuronSpec { Kind = NeuronKind.Leaky, Tau = 2 },
        };
        bool detects = name == "detector";
        ModelSpec spec = name switch
        {
            "detector" => TinySpecs.Detector(backbone, decoder, new DetectorSpec { FpnChannels = 4, HeadConvs = 1 }),
            "events" => TinySpecs.EventVariants["sg asd plif"],
            _ => TinySpecs.Classifier(backbone, decoder),
        };
        using var checkpoint = new TinyCheckpoint(spec);
        return OnnxExporter.Export(checkpoint.File, new ExportOptions { Activity = true, RawHeads = detects });
    }
}
