using SpikingDetector.Core;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Tests;

/// <summary>A graph without one of its passes is larger and gives the same answers.</summary>
public sealed class GraphPassTests
{
    [Theory]
    [InlineData("sg10_cifar_asd", GraphPasses.FoldNormalisation, "BatchNormalization")]
    [InlineData("sevenb_sg_plif_asd", GraphPasses.FoldNormalisation, "BatchNormalization")]
    [InlineData("sg10_cifar_asd", GraphPasses.StemOnce, "Conv")]
    [InlineData("retina10_asd", GraphPasses.ClosedForm, "Add")]
    [InlineData("retina10_plif_p5", GraphPasses.ClosedForm, "Add")]
    [InlineData("sg34_if", GraphPasses.OrGate, "Mul")]
    [InlineData("retina10_asd", GraphPasses.RemoveUnread, "Sub")]
    public void WithoutAPass_TheSpikesAreTheSame(string name, GraphPasses left, string moreOf)
    {
        (Dictionary<string, Tensor> expected, ModelProto whole) = Run(name, GraphPasses.All);
        (Dictionary<string, Tensor> found, ModelProto without) = Run(name, GraphPasses.All & ~left);
        Assert.Equal(expected["firing_rates"].Floats, found["firing_rates"].Floats);
        foreach (string output in expected.Keys.Where(key => expected[key].Elements is float[]))
            Near.Equal(expected[output].Floats, found[output].Floats, 1e-3);
        Assert.True(Count(without, moreOf) > Count(whole, moreOf));
    }

    [Fact]
    public void WithoutSharing_EveryUseHasAConstantOfItsOwn()
    {
        (Dictionary<string, Tensor> expected, ModelProto whole) = Run("sg10_cifar_asd", GraphPasses.All);
        (Dictionary<string, Tensor> found, ModelProto without) = Run("sg10_cifar_asd", GraphPasses.All & ~GraphPasses.ShareConstants);
        Assert.Equal(expected["logits"].Floats, found["logits"].Floats);
        Assert.True(without.Graph.Initializer.Count > whole.Graph.Initializer.Count);
        Assert.Equal(whole.Graph.Node.Count, without.Graph.Node.Count);
        Assert.Equal(without.Graph.Initializer.Count, without.Graph.Initializer.Select(tensor => tensor.Name).Distinct().Count());
        Assert.Equal(
            whole.Graph.Initializer.Count,
            whole.Graph.Initializer.Select(tensor => (tensor.DataType, Shape: string.Join(',', tensor.Dims), tensor.RawData)).Distinct().Count());
    }

    [Fact]
    public void ExactWholeNumbers_CanDoWithoutAllButTheTwoThatTheyNeed()
    {
        GraphPasses left = GraphPasses.All & ~(GraphPasses.ClosedForm | GraphPasses.StemOnce | GraphPasses.ShareConstants | GraphPasses.RemoveUnread);
        (Dictionary<string, Tensor> expected, _) = Run("retina10_asd", GraphPasses.All, ExportPrecision.Int8Exact);
        (Dictionary<string, Tensor> found, _) = Run("retina10_asd", left, ExportPrecision.Int8Exact);
        Assert.Equal(expected["firing_rates"].Floats, found["firing_rates"].Floats);
        Assert.Throws<InvalidInputException>(() => Run("retina10_asd", GraphPasses.All & ~GraphPasses.OrGate, ExportPrecision.Int8Exact));
    }

    [Fact]
    public void Names_AreThoseOfTheCommandLine()
    {
        Assert.Equal(GraphPasses.All & ~GraphPasses.OrGate & ~GraphPasses.StemOnce, GraphPassNames.Without(["or-gate", "stem-once"]));
        Assert.Equal(GraphPasses.None, GraphPassNames.Without(GraphPassNames.All.Split(", ")));
        InvalidInputException refused = Assert.Throws<InvalidInputException>(() => GraphPassNames.Without(["or"]));
        Assert.Contains("'or'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("or-gate", refused.Message, StringComparison.Ordinal);
    }

    private static int Count(ModelProto model, string type) => model.Graph.Node.Count(node => node.OpType == type);

    private static (Dictionary<string, Tensor> Outputs, ModelProto Model) Run(
        string name, GraphPasses passes, ExportPrecision precision = ExportPrecision.Float32) =>
        ReferenceRun.Of(name, new ExportOptions { Precision = precision, Passes = passes, Activity = true });
}
