using System.Runtime.Intrinsics;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>
/// Constants of a layer for every lane. Both resets are one formula: a neuron that fires goes to (H &amp; keeps) + moves, which
/// is H − V_th for soft reset and V_reset for hard.
/// </summary>
internal readonly struct NeuronConstants
{
    public NeuronConstants(NeuronCall call)
    {
        NeuronDynamics dynamics = call.Dynamics;
        bool soft = dynamics.Reset is null;
        Leak = Vector512.Create(call.Leak);
        Rest = Vector512.Create(dynamics.Rest);
        Threshold = Vector512.Create(dynamics.Threshold);
        Keeps = soft ? Vector512<float>.AllBitsSet : Vector512<float>.Zero;
        Moves = Vector512.Create(soft ? -dynamics.Threshold : dynamics.Rest);
        Attached = dynamics.DetachReset ? Vector512<float>.Zero : Vector512<float>.AllBitsSet;
        Steepness = Vector512.Create(MathF.PI / 2 * dynamics.Surrogate.Alpha);
        Height = Vector512.Create(dynamics.Surrogate.Alpha / 2);
    }

    public Vector512<float> Leak { get; }

    public Vector512<float> Rest { get; }

    public Vector512<float> Threshold { get; }

    public Vector512<float> Keeps { get; }

    public Vector512<float> Moves { get; }

    /// <summary>All bits where the reset's dependence on the spike is part of the gradient.</summary>
    public Vector512<float> Attached { get; }

    public Vector512<float> Steepness { get; }

    public Vector512<float> Height { get; }
}
