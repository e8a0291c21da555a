using SpikingDetector.Proto;

namespace SpikingDetector.Export.Tests;

/// <summary>Time steps in the batch and in nodes of their own are the same network.</summary>
public sealed class TimeFoldingTests
{
    [Theory]
    [InlineData("sg10_cifar_asd")]
    [InlineData("sew10_add_t6")]
    [InlineData("sg18_star_lif_asd2")]
    [InlineData("spiking10_plif")]
    [InlineData("sg10_single_step")]
    [InlineData("sevenb_sg_plif_asd")]
    [InlineData("retina10_asd")]
    public void FoldedAndApart_GiveTheSameSpikes(string name)
    {
        foreach (ExportPrecision precision in (ExportPrecision[])[ExportPrecision.Float32, ExportPrecision.Int8Exact])
        {
            (Dictionary<string, Tensor> apart, int nodesApart) = Run(name, precision, folds: false);
            (Dictionary<string, Tensor> folded, int nodesFolded) = Run(name, precision, folds: true);
            Assert.Equal(apart["firing_rates"].Floats, folded["firing_rates"].Floats);
            Near.Equal(apart["input_rates"].Floats, folded["input_rates"].Floats, 1e-6);
            foreach (string output in apart.Keys.Where(key => apart[key].Elements is float[]))
                Near.Equal(apart[output].Floats, folded[output].Floats, 1e-3);
            if (name != "sg10_single_step")
                Assert.True(nodesFolded < nodesApart);
        }
    }

    private static (Dictionary<string, Tensor> Outputs, int Nodes) Run(string name, ExportPrecision precision, bool folds)
    {
        (Dictionary<string, Tensor> outputs, ModelProto model) =
            ReferenceRun.Of(name, new ExportOptions { Precision = precision, Activity = true, FoldTime = folds });
        return (outputs, model.Graph.Node.Count);
    }
}
