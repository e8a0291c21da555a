namespace SpikingDetector.Training.Data;

/// <summary>Inputs made ready for a network, in memory of the CPU.</summary>
/// <param name="Height">H of all inputs.</param>
/// <param name="Width">W of all inputs.</param>
/// <param name="Input">The memory of the input tensor: pictures uint8 [N, H, W, 3], events float32 [N, T, 2, H, W].</param>
/// <param name="Targets">What is known about each input; boxes are in its pixels.</param>
/// <param name="Indices">The number of the sample that each input was asked for, from 0.</param>
internal sealed record Batch(int Height, int Width, byte[] Input, Target[] Targets, int[] Indices)
{
    /// <summary>N.</summary>
    public int Count => Targets.Length;
}
