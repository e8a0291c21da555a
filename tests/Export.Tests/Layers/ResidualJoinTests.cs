using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;

namespace SpikingDetector.Export.Tests.Layers;

public sealed class ResidualJoinTests
{
    // All four pairs of spikes for every channel.
    private static readonly float[] Branch = [0, 0, 1, 1];
    private static readonly float[] Shortcut = [0, 1, 0, 1];

    [Fact]
    public void SpikeGate_IsOr() => Assert.Equal([0, 1, 1, 1], Run(graph => new SpikeGate(graph)));

    [Fact]
    public void SewAdd_Adds() => Assert.Equal([0, 1, 1, 2], Run(graph => new Addition(graph)));

    [Fact]
    public void SewAnd_IsAnd() => Assert.Equal([0, 0, 0, 1], Run(graph => new SpikeConjunction(graph)));

    [Fact]
    public void SewIand_PassesTheShortcutWhereTheBranchIsSilent() =>
        Assert.Equal([0, 1, 0, 0], Run(graph => new SpikeInhibition(graph)));

    [Fact]
    public void LearnedSpikeGate_ThatOpensAtSpikes_IsOr() =>
        Assert.Equal([0, 1, 1, 1], Run(graph => new LearnedSpikeGate(graph, "gate", [0], [1])));

    [Fact]
    public void LearnedSpikeGate_FollowsTheFormulaForEveryGate()
    {
        float[] gateOfSilence = [0, 0, 1, 1];
        float[] gateOfSpike = [0, 1, 0, 1];
        float[] joined = Run(graph => new LearnedSpikeGate(graph, "gate", gateOfSilence, gateOfSpike), gateOfSilence.Length);
        for (int channel = 0; channel < gateOfSilence.Length; channel++)
        {
            for (int pair = 0; pair < Branch.Length; pair++)
            {
                float gate = Branch[pair] == 1 ? gateOfSpike[channel] : gateOfSilence[channel];
                float expected = gate * Branch[pair] + (1 - gate) * Shortcut[pair];
                Assert.Equal(expected, joined[channel * Branch.Length + pair]);
            }
        }
    }

    private static float[] Run(Func<GraphBuilder, IResidualJoin> create, int channels = 1)
    {
        return LayerModel.Run(Build, ("h", Repeat(Branch)), ("x", Repeat(Shortcut)))["y"].Floats;

        Tensor Repeat(float[] values) =>
            Tensor.Of([.. Enumerable.Repeat(values, channels).SelectMany(row => row)], 1, channels, 1, values.Length);

        void Build(GraphBuilder graph)
        {
            Value branch = graph.Input<float>("h", 1, channels, 1, Branch.Length);
            Value shortcut = graph.Input<float>("x", 1, channels, 1, Branch.Length);
            graph.Output<float>("y", create(graph).Emit(branch, shortcut), 1, channels, 1, Branch.Length);
        }
    }
}
