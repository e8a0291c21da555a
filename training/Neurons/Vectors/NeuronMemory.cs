namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>Where the numbers of neurons lie: that of neuron i at step t at t·step + i of its tensor.</summary>
internal unsafe struct NeuronMemory
{
    /// <summary>What becomes the current: [T·N, C, H, W], or where it is constant [N, C, H, W].</summary>
    public void* Current;

    /// <summary>Numbers from a neuron's current at a step to that at the next; 0 where it is constant.</summary>
    public long CurrentStep;

    public void* Shortcut;

    /// <summary>The output, or its gradient on the way back.</summary>
    public void* Output;

    /// <summary>The gradient of the current, before that of the normalisation.</summary>
    public void* CurrentGradient;

    public void* ShortcutGradient;

    /// <summary>Numbers from a neuron's spikes at a step to those at the next.</summary>
    public long Step;
}
