using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>LIF.</summary>
internal readonly struct LeakyCharge : ICharge
{
    public static bool HasGain => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Drive(Vector512<float> potential, Vector512<float> current, Vector512<float> rest) => current - (potential - rest);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Leaked(Vector512<float> x, Vector512<float> leak) => x / leak;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Kept(Vector512<float> chargeGradient, Vector512<float> currentGradient) =>
        chargeGradient - currentGradient;
}
