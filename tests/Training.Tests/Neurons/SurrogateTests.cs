using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Neurons;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Neurons;

/// <summary>
/// Each surrogate is the derivative of its smooth step, wherever it is computed: in the two time loops, the step of the
/// learned gate, and the differentiable function that chooses between the loops.
/// </summary>
public sealed class SurrogateTests
{
    private const float Threshold = 1f;

    /// <summary>Multiples of 1/64, so that x + V_th − V_th is x.</summary>
    private static readonly float[] Points = [.. Enumerable.Range(-128, 257).Select(i => i / 64f)];

    public static MatrixTheoryData<int, float> Surrogates { get; } =
        new([(int)SurrogateKind.Arctan, (int)SurrogateKind.Sigmoid], [0.5f, 1f, 2f, 4f, 7.3f]);

    [Theory]
    [MemberData(nameof(Surrogates))]
    public void Derivative_IsThatOfTheSmoothStep(int kind, float alpha)
    {
        var surrogate = new Surrogate((SurrogateKind)kind, alpha);
        AssertDerivative(surrogate, surrogate.Derivative(tensor(Points)));
    }

    [Theory]
    [MemberData(nameof(Surrogates))]
    public void StepOfTheGate_BackpropagatesTheDerivative(int kind, float alpha)
    {
        var surrogate = new Surrogate((SurrogateKind)kind, alpha);
        Tensor x = tensor(Points).requires_grad_();
        Tensor step = StepFunction.Apply(x, surrogate);
        step.sum().backward();

        Assert.Equal(Points.Select(point => point >= 0 ? 1f : 0f), step.data<float>().ToArray());
        AssertDerivative(surrogate, x.grad!);
    }

    [Theory]
    [MemberData(nameof(Surrogates))]
    public void Neuron_BackpropagatesTheDerivative(int kind, float alpha)
    {
        var surrogate = new Surrogate((SurrogateKind)kind, alpha);
        Tensor current = Currents().requires_grad_();
        NeuronFunction.Apply(Dynamics(surrogate), current, null, null, null, false).sum().backward();
        AssertDerivative(surrogate, current.grad!);
    }

    [Theory]
    [MemberData(nameof(Surrogates))]
    public void TensorLoop_BackpropagatesTheDerivative(int kind, float alpha) =>
        AssertDerivative(TensorNeuronLoop.Instance, new Surrogate((SurrogateKind)kind, alpha));

    [Theory]
    [InlineData(0.5f)]
    [InlineData(1f)]
    [InlineData(2f)]
    [InlineData(7.3f)]
    public void VectorLoop_BackpropagatesTheArctanDerivative(float alpha) =>
        AssertDerivative(VectorNeuronLoop.Instance, new Surrogate(SurrogateKind.Arctan, alpha));

    /// <summary>Zhang et al. 2023: 1/(1 + (πx)²).</summary>
    [Fact]
    public void Default_HasThePapersValues()
    {
        float[] values = Surrogate.Default.Derivative(tensor(new float[] { 0, 1, -1 })).data<float>().ToArray();
        Assert.Equal(1f, values[0], 1e-6f);
        Assert.Equal(0.0920f, values[1], 5e-5f);
        Assert.Equal(0.0920f, values[2], 5e-5f);
    }

    private static void AssertDerivative(INeuronLoop loop, Surrogate surrogate)
    {
        List<Tensor> inputs = [Currents()];
        var arguments = new NeuronFunction.Arguments(Dynamics(surrogate), null, false, false);
        AssertDerivative(surrogate, loop.Backward(arguments, inputs, ones_like(inputs[0]))[0]);
    }

    private static Tensor Currents() => tensor(Points.Select(point => point + Threshold).ToArray(), [1, Points.Length, 1, 1]);

    private static NeuronDynamics Dynamics(Surrogate surrogate) =>
        new(1, NeuronKind.IntegrateAndFire, 1f, Threshold, 0f, true, surrogate);

    private static void AssertDerivative(Surrogate surrogate, Tensor actual)
    {
        const double h = 1e-4;
        float[] values = actual.contiguous().data<float>().ToArray();
        Assert.Equal(Points.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            double numerical = (SmoothStep(surrogate, Points[i] + h) - SmoothStep(surrogate, Points[i] - h)) / (2 * h);
            Assert.Equal(numerical, values[i], 2e-6);
        }
    }

    private static double SmoothStep(Surrogate surrogate, double x) => surrogate.Kind == SurrogateKind.Arctan
        ? Math.Atan(Math.PI / 2 * surrogate.Alpha * x) / Math.PI + 0.5
        : 1 / (1 + Math.Exp(-surrogate.Alpha * x));
}
