using Google.Protobuf;
using SpikingDetector.Proto;
using DataType = SpikingDetector.Proto.TensorProto.Types.DataType;

namespace SpikingDetector.Export.Tests;

/// <summary>What the ONNX specification asks of a graph, beyond what ONNX Runtime happens to accept.</summary>
public sealed class GraphValidityTests
{
    public static TheoryData<string> Models => FormModels.Names;

    [Theory]
    [MemberData(nameof(Models))]
    public void EveryInput_IsKnownBeforeItsUse(string name)
    {
        GraphProto graph = FormModels.Export(name).Graph;
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
        GraphProto graph = FormModels.Export(name).Graph;
        Assert.Equal(graph.Node.Count, graph.Node.Select(node => node.Name).Distinct().Count());
        string[] values = [.. graph.Input.Select(input => input.Name), .. graph.Initializer.Select(tensor => tensor.Name)];
        Assert.Equal(values.Length, values.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void InputsAndOutputs_AreTyped(string name)
    {
        GraphProto graph = FormModels.Export(name).Graph;
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
        ModelProto model = FormModels.Export(name);
        string[] others = [.. model.Graph.Node.Where(node => node.Domain.Length > 0).Select(node => node.Domain).Distinct()];
        Assert.Equal(["", .. others], model.OpsetImport.Select(import => import.Domain));
        Assert.All(others, domain => Assert.Equal("com.microsoft", domain));
        if (!name.Contains("Int8 ", StringComparison.Ordinal))
            Assert.Empty(others);
        Assert.All(model.Graph.Node, node => Assert.DoesNotContain(node.OpType, (string[])["If", "Loop", "Scan"]));
        Assert.Empty(model.Functions);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void EveryConstantAndNode_IsUsed(string name)
    {
        CheckUse(FormModels.Export(name).Graph);
        CheckUse(FormModels.Export(name, allOutputs: false).Graph);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Constants_AreStoredOnceAndAsRawBytes(string name)
    {
        GraphProto graph = FormModels.Export(name).Graph;
        Assert.All(graph.Initializer, tensor => Assert.Equal(
            ElementSize(tensor) * tensor.Dims.Aggregate(1L, (count, side) => count * side), tensor.RawData.Length));
        var contents = graph.Initializer.Select(tensor => (tensor.DataType, string.Join(',', tensor.Dims), tensor.RawData)).ToHashSet();
        Assert.Equal(graph.Initializer.Count, contents.Count);
        Assert.DoesNotContain(graph.Node, node => node.OpType == "Constant" || node.Attribute.Any(attribute => attribute.T is not null));
    }

    /// <summary>The paths of a checkpoint's tensors, so that Netron shows its structure.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Nodes_AreNamedAfterTheirModuleAndOperator(string name)
    {
        GraphProto graph = FormModels.Export(name).Graph;
        Assert.All(graph.Node, node => Assert.Matches($@"\A[a-z][A-Za-z0-9_.]*(/[a-z][a-z0-9_]*)*/{node.OpType}(_\d+)?\z", node.Name));
        string[] kinds = ["Conv", "QLinearConv", "MatMulInteger"];
        string[] convolving = [.. graph.Node.Where(node => kinds.Contains(node.OpType)).Select(node => node.Name.Split('/')[0]).Distinct()];
        Assert.All(FormModels.ConvolutionsOf(name), convolution => Assert.Contains(convolution, convolving));
    }

    [Fact]
    public void Nodes_CarryModulePathAndTimeStep()
    {
        HashSet<string> names = [.. FormModels.Export("detector Float32 apart").Graph.Node.Select(node => node.Name)];
        Assert.Contains("backbone.body.conv1/Conv", names);
        Assert.Contains("backbone.body.layer1.0.sn1/t2/GreaterOrEqual", names);
        Assert.Contains("backbone.body.layer2.0.downsample.0/t1/Conv", names);
        Assert.Contains("head.classification_head.cls_logits/p7/Conv", names);
        Assert.DoesNotContain("backbone.body.conv1/t1/Conv", names);
    }

    [Fact]
    public void EventNetwork_TakesAFrameForEveryStepAndConvolvesEach()
    {
        ModelProto model = FormModels.Export("events Float32 apart");
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

    private static void CheckUse(GraphProto graph)
    {
        var used = graph.Node.SelectMany(node => node.Input).Concat(graph.Output.Select(output => output.Name)).ToHashSet();
        Assert.All(graph.Initializer, tensor => Assert.Contains(tensor.Name, used));
        Assert.All(graph.Node, node => Assert.True(node.Output.Any(used.Contains), $"nothing uses {node.Name}"));
    }

    private static int ElementSize(TensorProto tensor) => (DataType)tensor.DataType switch
    {
        DataType.Float or DataType.Int32 => 4,
        DataType.Int64 => 8,
        DataType.Float16 => 2,
        DataType.Uint8 or DataType.Int8 or DataType.Bool => 1,
        DataType other => throw new NotSupportedException($"{other}"),
    };
}
