using SpikingDetector.Core.Specs;

namespace SpikingDetector.Training.Neurons;

/// <summary>
/// The numbers that the time loop of a neuron layer needs. Charge is H = V + k·(I − leak·(V − rest)), with k = 1 and
/// leak = 0 for IF, k = 1/τ and leak = 1 for LIF and PLIF (Zhang et al. 2023, Eqs. 2 to 4; Fang et al. 2021).
/// </summary>
/// <param name="TimeSteps">T.</param>
/// <param name="Threshold">V_th: a spike where H ≥ V_th.</param>
/// <param name="Reset">V_reset, or null for soft reset, V = H − V_th·S.</param>
/// <param name="Leaks">Whether the charge decays towards the rest potential.</param>
/// <param name="DetachReset">Whether the reset's dependence on the spike is left out of the gradient.</param>
/// <param name="Surrogate">The derivative that stands for the step's.</param>
internal sealed record NeuronDynamics(
    int TimeSteps, float Threshold, float? Reset, bool Leaks, bool DetachReset, Surrogate Surrogate)
{
    public float Rest => Reset ?? 0f;

    public static NeuronDynamics Of(NeuronSpec neuron, int timeSteps, NeuronTraining training) => new(
        timeSteps,
        neuron.Threshold,
        neuron.Reset,
        neuron.Kind != NeuronKind.IntegrateAndFire,
        training.DetachReset,
        training.Surrogate);
}
