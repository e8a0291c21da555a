using Google.Protobuf;
using SpikingDetector.Core;
using SpikingDetector.Export.Energy;
using SpikingDetector.Export.Graph;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Tests.Energy;

/// <summary>Hand-made graphs in the forms that a layer may have.</summary>
public sealed class InputRateProbeTests
{
    [Fact]
    public void InputOfSeveralSteps_CountsForEach()
    {
        var graph = new GraphBuilder("steps");
        Value first = graph.Input<float>("first", 1, 4);
        Value other = graph.Input<float>("other", 1, 4);
        Value weight = graph.Initializer<float>("conv.weight", [100]);
        using (graph.Module("conv"))
        {
            // What a layer's nodes hand to each other is no input of it.
            Value[] sums = graph.PerStep([first, first, other], step => graph.Op("Add", [graph.Op("Mul", [step, weight]), weight]));
            graph.Output<float>("sum", graph.Op("Sum", sums), 1, 4);
        }

        float rate = Measure(graph, ("first", Tensor.Of<float>([1, 0, 0, 0], 1, 4)), ("other", Tensor.Of<float>([2, 1, 0, 1], 1, 4)));

        Assert.Equal((0.25f + 0.25f + 1f) / 3, rate, 1e-6f);
    }

    [Fact]
    public void Bytes_OfAllStepsAtOnce_AreSpikesToo()
    {
        var graph = new GraphBuilder("bytes");
        Value spikes = graph.Input<byte>("spikes", 2, 3);
        using (graph.Module("conv"))
            graph.Output<float>("sum", graph.Op("Cast", [spikes], Attributes.Int("to", (int)TensorProto.Types.DataType.Float)), 2, 3);

        Assert.Equal(0.5f, Measure(graph, ("spikes", Tensor.Of<byte>([1, 0, 0, 1, 1, 0], 2, 3))), 1e-6f);
    }

    [Fact]
    public void Layer_WithoutNodes_IsNamed()
    {
        var graph = new GraphBuilder("none");
        graph.Output<float>("y", graph.Op("Identity", [graph.Input<float>("x", 1)]), 1);

        var exception = Assert.Throws<InvalidInputException>(() => InputRateProbe.Attach(graph.Build([]), ["conv"], "file.onnx"));

        Assert.Contains("file.onnx has no nodes named after the layer conv", exception.Message, StringComparison.Ordinal);
    }

    private static float Measure(GraphBuilder graph, params (string Name, Tensor Tensor)[] inputs)
    {
        ModelProto model = graph.Build([]);
        InputRateProbe.Attach(model, ["conv"], "file.onnx");
        using var session = new OnnxModel(model.ToByteArray());
        return Assert.Single(session.Run(inputs)[InputRateProbe.OutputName("conv")].Floats);
    }
}
