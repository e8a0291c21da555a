using SpikingDetector.Export.Graph;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Tests.Graph;

public sealed class UnreadPartsTests
{
    [Fact]
    public void ChainThatEndsNowhere_IsRemovedWithItsConstants()
    {
        var builder = new GraphBuilder("test");
        Value x = builder.Input<float>("x", 1);
        Value shared = builder.Scalar(1f);
        Value kept = builder.Op("Add", [x, shared]);
        Value dead = builder.Op("Mul", [kept, builder.Scalar(2f)]);
        builder.Op("Sub", [dead, shared]);
        builder.Output<float>("y", kept, 1);
        GraphProto graph = Cleaned(builder);
        Assert.Equal(["Add"], graph.Node.Select(node => node.OpType));
        Assert.Equal([shared.Name], graph.Initializer.Select(tensor => tensor.Name));
    }

    [Fact]
    public void NodeOfWhichOneOutputIsRead_KeepsThemAll()
    {
        var builder = new GraphBuilder("test");
        Value[] halves = builder.Split(builder.Input<float>("x", 2), 2, axis: 0);
        builder.Output<float>("y", halves[1], 1);
        NodeProto split = Assert.Single(Cleaned(builder).Node);
        Assert.Equal(2, split.Output.Count);
    }

    [Fact]
    public void InputThatNothingReads_Stays()
    {
        var builder = new GraphBuilder("test");
        builder.Input<float>("unused", 1);
        builder.Output<float>("y", builder.Op("Neg", [builder.Input<float>("x", 1)]), 1);
        Assert.Equal(["unused", "x"], Cleaned(builder).Input.Select(input => input.Name));
    }

    private static GraphProto Cleaned(GraphBuilder builder)
    {
        GraphProto graph = builder.Build([]).Graph;
        UnreadParts.Remove(graph);
        return graph;
    }
}
