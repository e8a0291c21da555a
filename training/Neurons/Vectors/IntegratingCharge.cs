using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>IF.</summary>
internal readonly struct IntegratingCharge : ICharge
{
    public static bool HasGain => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Drive(Vector512<float> potential, Vector512<float> current, Vector512<float> rest) => current;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Leaked(Vector512<float> x, Vector512<float> leak) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Kept(Vector512<float> chargeGradient, Vector512<float> currentGradient) => chargeGradient;
}
