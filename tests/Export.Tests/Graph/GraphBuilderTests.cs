using Google.Protobuf;
using SpikingDetector.Export.Graph;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Tests.Graph;

public sealed class GraphBuilderTests
{
    [Fact]
    public void Nodes_AreNamedAfterModuleAndPart()
    {
        var graph = new GraphBuilder("test");
        Value x = graph.Input<float>("x", "N", 2);
        using (graph.Module("layer1.0.sn1"))
        {
            using (graph.Part("t2"))
                graph.Op("Relu", [x]);
            using (graph.Module("layer1.0.conv1"))
                graph.Op("Neg", [x]);
            graph.Op("Abs", [x]);
            graph.Op("Abs", [x]);
        }

        graph.Op("Exp", [x]);
        Assert.Equal(
            ["layer1.0.sn1/t2/Relu", "layer1.0.conv1/Neg", "layer1.0.sn1/Abs", "layer1.0.sn1/Abs_1", "Exp"],
            graph.Build([]).Graph.Node.Select(node => node.Name));
    }

    [Fact]
    public void Initializers_OfEqualContent_AreStoredOnce()
    {
        var graph = new GraphBuilder("test");
        Value first = graph.Initializer<float>("a", [1, 2], 2);
        Assert.Equal(first, graph.Initializer<float>("b", [1, 2], 2));
        Assert.NotEqual(first, graph.Initializer<float>("c", [1, 2], 1, 2));
        Assert.NotEqual(first, graph.Initializer<float>("d", [1, 3], 2));
        Assert.NotEqual(graph.Vector(1L, 2), graph.Vector(1f, 2));
        Assert.NotEqual(graph.Scalar(0f), graph.Scalar(-0f));
        Assert.Equal(graph.Scalar(1L), graph.Scalar(1L));
        Assert.Equal(7, graph.Build([]).Graph.Initializer.Count);
    }

    [Fact]
    public void Initializers_HoldTheirElementsAsRawBytes()
    {
        var graph = new GraphBuilder("test");
        graph.Initializer<float>("a", [1.5f, -2], 2, 1);
        TensorProto tensor = graph.Build([]).Graph.Initializer.Single();
        Assert.Equal("a", tensor.Name);
        Assert.Equal([2L, 1], tensor.Dims);
        Assert.Equal(BitConverter.GetBytes(1.5f).Concat(BitConverter.GetBytes(-2f)), tensor.RawData);
        Assert.Empty(tensor.FloatData);
    }

    [Fact]
    public void Initializer_WithTooFewElements_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new GraphBuilder("test").Initializer<float>("a", [1, 2, 3], 2, 2));

    [Fact]
    public void Output_TakesItsNameEverywhere()
    {
        var graph = new GraphBuilder("test");
        Value negated = graph.Op("Neg", [graph.Input<float>("x", 1)]);
        graph.Output<float>("y", negated, 1);
        graph.Output<float>("z", graph.Op("Abs", [negated]), 1);
        using var model = new OnnxModel(graph.Build([]).ToByteArray());
        Dictionary<string, Tensor> outputs = model.Run(("x", Tensor.Of([3f], 1)));
        Assert.Equal(-3, outputs["y"].Floats[0]);
        Assert.Equal(3, outputs["z"].Floats[0]);
    }

    [Fact]
    public void Output_UnderATakenName_IsRefused()
    {
        var graph = new GraphBuilder("test");
        Value x = graph.Input<float>("x", 1);
        Assert.Throws<InvalidOperationException>(() => graph.Output<float>("x", graph.Op("Abs", [x]), 1));
    }

    [Fact]
    public void Metadata_KeepsItsOrder()
    {
        ModelProto model = new GraphBuilder("test").Build([new("b", "1"), new("a", "2")]);
        Assert.Equal(["b", "a"], model.MetadataProps.Select(entry => entry.Key));
    }
}
