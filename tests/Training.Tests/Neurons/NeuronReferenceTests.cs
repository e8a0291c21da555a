using System.Text.Json;
using SpikingDetector.Core.Specs;
using SpikingDetector.Tests;
using SpikingDetector.Training.Neurons;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Neurons;

/// <summary>IF, LIF and PLIF against SpikingJelly: spikes, membrane, gradients.</summary>
public sealed class NeuronReferenceTests
{
    public static TheoryData<int> Cases { get; } = [.. Enumerable.Range(0, Read().Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void VectorLoop_EqualsSpikingJelly(int index) => Check(Read()[index], VectorNeuronLoop.Instance);

    [Theory]
    [MemberData(nameof(Cases))]
    public void TensorLoop_EqualsSpikingJelly(int index) => Check(Read()[index], TensorNeuronLoop.Instance);

    [Theory]
    [MemberData(nameof(Cases))]
    public void NeuronFunction_BackpropagatesLikeSpikingJelly(int index)
    {
        JsonElement reference = Read()[index];
        Tensor current = Steps(reference, "input").requires_grad_();
        Tensor? weight = PlifWeight(reference)?.requires_grad_();
        Tensor spikes = NeuronFunction.Apply(Dynamics(reference), current, weight?.sigmoid(), null, null, false);
        (spikes * Steps(reference, "upstream_gradient")).sum().backward();

        Assert.Equal(0, Reference.LargestDifference(spikes, Steps(reference, "spikes")));
        Assert.True(Reference.LargestDifference(current.grad!, Steps(reference, "input_gradient")) < 1e-5);
        if (weight is not null)
            Assert.Equal(reference.GetProperty("plif_w_gradient").GetDouble(), weight.grad!.item<float>(), 1e-4);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Membrane_EqualsSpikingJelly(int index)
    {
        JsonElement reference = Read()[index];
        NeuronDynamics dynamics = Dynamics(reference);
        List<Tensor> inputs = Inputs(reference);
        Tensor membrane = TensorNeuronLoop.Membrane(new(dynamics, null, false, inputs.Count > 1), inputs);
        Assert.True(Reference.LargestDifference(membrane, Steps(reference, "membrane")) < 1e-5);
    }

    private static void Check(JsonElement reference, INeuronLoop loop)
    {
        List<Tensor> inputs = Inputs(reference);
        var arguments = new NeuronFunction.Arguments(Dynamics(reference), null, false, inputs.Count > 1);
        Tensor spikes = loop.Forward(arguments, inputs);
        List<Tensor> gradients = loop.Backward(arguments, inputs, Steps(reference, "upstream_gradient"));

        Assert.Equal(0, Reference.LargestDifference(spikes, Steps(reference, "spikes")));
        Assert.True(Reference.LargestDifference(gradients[0], Steps(reference, "input_gradient")) < 1e-5);
    }

    private static List<Tensor> Inputs(JsonElement reference)
    {
        Tensor? gain = PlifWeight(reference)?.sigmoid();
        return gain is null ? [Steps(reference, "input")] : [Steps(reference, "input"), gain];
    }

    private static NeuronDynamics Dynamics(JsonElement reference)
    {
        JsonElement reset = reference.GetProperty("v_reset");
        return new NeuronDynamics(
            reference.GetProperty("time_steps").GetInt32(),
            reference.GetProperty("neuron").GetString() switch
            {
                "if" => NeuronKind.IntegrateAndFire,
                "lif" => NeuronKind.Leaky,
                _ => NeuronKind.ParametricLeaky,
            },
            reference.GetProperty("tau") is { ValueKind: JsonValueKind.Number } tau ? tau.GetSingle() : 1f,
            reference.GetProperty("v_threshold").GetSingle(),
            reset.ValueKind == JsonValueKind.Null ? null : reset.GetSingle(),
            reference.GetProperty("detach_reset").GetBoolean(),
            Surrogate.Default);
    }

    private static Tensor? PlifWeight(JsonElement reference) =>
        reference.GetProperty("plif_w") is { ValueKind: JsonValueKind.Number } value ? tensor(value.GetSingle()) : null;

    private static Tensor Steps(JsonElement reference, string name)
    {
        long[] shape = [.. reference.GetProperty("shape").EnumerateArray().Select(side => side.GetInt64())];
        float[] values = [.. reference.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];
        return tensor(values, shape).reshape([shape[0] * shape[1], .. shape[2..]]);
    }

    private static JsonElement[] Read()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceFiles.PathOf("neurons.json")));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(item => item.Clone())];
    }
}
