using SpikingDetector.Core.Specs;

namespace SpikingDetector.Training.Neurons;

/// <summary>
/// The constants that the time loop of a neuron layer needs. Charge is H = V + I (IF), H = V + (I − (V − rest))/τ (LIF),
/// H = V + (I − (V − rest))·k with k = sigmoid(w) (PLIF; Zhang et al. 2023, Eqs. 2 to 4; Fang et al. 2021). LIF divides
/// and PLIF multiplies, in this order, because SpikingJelly does: its spikes are then the same bit for bit.
/// </summary>
/// <param name="TimeSteps">T.</param>
/// <param name="Kind">Which charge; the k of PLIF is a tensor beside the current, because it is learned.</param>
/// <param name="Tau">τ of LIF; not used by the others.</param>
/// <param name="Threshold">V_th: a spike where H ≥ V_th.</param>
/// <param name="Reset">V_reset, or null for soft reset, V = H − V_th·S.</param>
/// <param name="DetachReset">Whether the reset's dependence on the spike is left out of the gradient.</param>
/// <param name="Surrogate">The derivative that stands for the step's.</param>
internal sealed record NeuronDynamics(
    int TimeSteps, NeuronKind Kind, float Tau, float Threshold, float? Reset, bool DetachReset, Surrogate Surrogate)
{
    /// <summary>Where the membrane starts and a leak pulls to: V_reset, or 0 with soft reset, as in SpikingJelly.</summary>
    public float Rest => Reset ?? 0f;

    public static NeuronDynamics Of(NeuronSpec neuron, int timeSteps, NeuronTraining training) => new(
        timeSteps,
        neuron.Kind,
        neuron.Tau ?? 1f,
        neuron.Threshold,
        neuron.Reset,
        training.DetachReset,
        training.Surrogate);
}
