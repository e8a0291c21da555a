using System.Text.Json;
using Google.Protobuf;
using SpikingDetector.Core;
using SpikingDetector.Export.Energy;
using SpikingDetector.Export.Graph;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Tests.Energy;

/// <summary>Hand-made graphs in the forms that a layer may have, and whole networks in all of them.</summary>
public sealed class InputRatesTests
{
    public static TheoryData<string> Models => FormModels.Names;

    [Fact]
    public void InputOfSeveralSteps_CountsForEach_InEachRow()
    {
        var graph = new GraphBuilder("steps");
        Value first = graph.Input<float>("first", 2, 4);
        Value other = graph.Input<float>("other", 2, 4);
        Value weight = graph.Initializer<float>("conv.weight", [100]);
        using (graph.Module("conv"))
        {
            // What a layer's nodes hand to each other is no input of it.
            Value[] sums = graph.PerStep([first, first, other], step => graph.Op("Add", [graph.Op("Mul", [step, weight]), weight]));
            graph.Output<float>("sum", graph.Op("Sum", sums), 2, 4);
        }

        float[] rates = Measure(
            graph,
            ("first", Tensor.Of<float>([1, 0, 0, 0, 0, 0, 0, 0], 2, 4)),
            ("other", Tensor.Of<float>([2, 1, 0, 1, 1, 1, 1, 0], 2, 4)));

        Near.Equal([(0.25f + 0.25f + 1f) / 3, 0.75f / 3], rates, 1e-6);
    }

    [Theory]
    [InlineData(17)]
    [InlineData(21)]
    public void Bytes_OfAllStepsAtOnce_AreSpikesToo(int operatorSet)
    {
        var graph = new GraphBuilder("bytes", operatorSet);
        Value first = graph.Input<byte>("first", 2, 1, 3);
        Value spikes = graph.Op("Concat", [first, graph.Op("Max", [first, graph.Scalar((byte)1)])], Attributes.Int("axis", 0));
        using (graph.Module("conv"))
            graph.Output<float>("sum", graph.Cast(spikes, TensorProto.Types.DataType.Float), 4, 1, 3);

        Near.Equal([(1 / 3f + 1) / 2, (2 / 3f + 1) / 2], Measure(graph, ("first", Tensor.Of<byte>([1, 0, 0, 1, 1, 0], 2, 1, 3))), 1e-6);
    }

    [Fact]
    public void Layer_WithoutNodes_IsNamed()
    {
        var graph = new GraphBuilder("none");
        graph.Output<float>("y", graph.Op("Identity", [graph.Input<float>("x", 1)]), 1);

        var exception = Assert.Throws<InvalidInputException>(() => InputRates.Attach(graph.Build([]), ["conv"], "file.onnx"));

        Assert.Contains("file.onnx has no nodes named after the layer conv", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Column_BehindNeurons_HasTheirFiringRate_InEveryForm(string name)
    {
        ModelProto model = FormModels.Export(name);
        string[] layers = Names(model, "input_rates");
        string[] neurons = Names(model, "activity");
        using var session = new OnnxModel(model.ToByteArray());
        Dictionary<string, Tensor> outputs = session.Run(FormModels.RandomInput(name));
        if (neurons.Length == 0)
        {
            Assert.DoesNotContain(InputRates.Name, outputs.Keys);
            return;
        }

        Tensor rates = outputs[InputRates.Name];
        Tensor fired = outputs["firing_rates"];
        Assert.Equal([2, layers.Length], rates.Shape);
        string[] seconds = [.. layers.Where(layer => layer.EndsWith(".conv2", StringComparison.Ordinal))];
        Assert.NotEmpty(seconds);
        foreach (string second in seconds)
        {
            int column = Array.IndexOf(layers, second);
            int neuron = Array.IndexOf(neurons, second.Replace(".conv2", ".sn1", StringComparison.Ordinal));
            for (int n = 0; n < 2; n++)
                Assert.Equal(fired.Floats[n * neurons.Length + neuron], rates.Floats[n * layers.Length + column], 1e-6f);
        }
    }

    private static string[] Names(ModelProto model, string key) => JsonSerializer.Deserialize<string[]>(
        model.MetadataProps.FirstOrDefault(entry => entry.Key == $"spiking_detector.{key}")?.Value ?? "[]")!;

    private static float[] Measure(GraphBuilder graph, params (string Name, Tensor Tensor)[] inputs)
    {
        ModelProto model = graph.Build([]);
        InputRates.Attach(model, ["conv"], "file.onnx");
        using var session = new OnnxModel(model.ToByteArray());
        return session.Run(inputs)[InputRates.Name].Floats;
    }
}
