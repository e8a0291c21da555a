using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Neurons;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Neurons;

/// <summary>
/// The vectorised loop without a normalisation before it against the loop in tensor operations: several blocks, a last vector
/// that is not full, a current of all steps, a join.
/// </summary>
public sealed class VectorNeuronLoopTests
{
    private const int Steps = 3;

    public static TheoryData<NeuronKind, bool, bool, int> Cases()
    {
        var rows = new TheoryData<NeuronKind, bool, bool, int>();
        foreach (NeuronKind kind in (NeuronKind[])[NeuronKind.IntegrateAndFire, NeuronKind.Leaky, NeuronKind.ParametricLeaky])
        {
            foreach ((bool constant, bool joins) in (ReadOnlySpan<(bool, bool)>)[(false, false), (false, true), (true, false), (true, true)])
            {
                rows.Add(kind, constant, joins, 3);
                rows.Add(kind, constant, joins, 41);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void SpikesAndGradients_AreThoseOfTensorOperations(NeuronKind kind, bool constant, bool joins, int side)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(side);
        var dynamics = new NeuronDynamics(Steps, kind, 1.7f, 0.5f, -0.25f, false, Surrogate.Default);
        Join? join = joins ? Join.Of(new BackboneSpec(), GateGradient.Literal) : null;
        Tensor? gain = kind == NeuronKind.ParametricLeaky ? tensor(0.6f) : null;
        long[] shape = [2 * Steps, 5, side, side];
        List<Tensor> inputs = [randn(constant ? [2, .. shape[1..]] : shape)];
        if (gain is not null)
            inputs.Add(gain);
        if (joins)
            inputs.Add(randint(0, 2, shape).to(ScalarType.Float32));
        var arguments = new NeuronFunction.Arguments(dynamics, join, constant, gain is not null);

        Tensor spikes = TensorNeuronLoop.Instance.Forward(arguments, inputs);
        Assert.Equal(Values(spikes), Values(VectorNeuronLoop.Instance.Forward(arguments, inputs)));
        Assert.InRange(spikes.mean().item<float>(), 0.05f, 0.95f);

        Tensor upstream = randn(shape);
        List<Tensor> expected = TensorNeuronLoop.Instance.Backward(arguments, inputs, upstream);
        List<Tensor> actual = VectorNeuronLoop.Instance.Backward(arguments, inputs, upstream);
        Assert.Equal(inputs.Count, actual.Count);
        foreach ((Tensor one, Tensor other) in expected.Zip(actual))
        {
            Assert.Equal(one.shape, other.shape);
            Assert.InRange((one - other).abs().max().item<float>(), 0, 2e-5f * one.abs().max().item<float>());
        }
    }

    private static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();
}
