using System.Runtime.Intrinsics;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>How a kind of neuron charges: H = V + Leaked(Drive(V, I)). A type for each kind, so that each has a loop of its own.</summary>
internal interface ICharge
{
    /// <summary>Whether the leak is learned.</summary>
    static abstract bool HasGain { get; }

    /// <summary>What a leak takes its part of: I − (V − rest); of IF I itself.</summary>
    static abstract Vector512<float> Drive(Vector512<float> potential, Vector512<float> current, Vector512<float> rest);

    /// <summary>x/τ of LIF, x·k of PLIF, x itself for IF: the charge's last step, and its derivative's.</summary>
    static abstract Vector512<float> Leaked(Vector512<float> x, Vector512<float> leak);

    /// <summary>What is left of the gradient of H for V: all of it for IF, what has not gone to the current for the others.</summary>
    static abstract Vector512<float> Kept(Vector512<float> chargeGradient, Vector512<float> currentGradient);
}
