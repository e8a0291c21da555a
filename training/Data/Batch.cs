namespace SpikingDetector.Training.Data;

/// <summary>Inputs made ready for a network, in memory of the CPU.</summary>
/// <param name="Count">N.</param>
/// <param name="Input">The memory of the input tensor: pictures uint8 [N, H, W, 3], events float32 [N, T, 2, H, W].</param>
/// <param name="Targets">What is known about each input.</param>
internal sealed record Batch(int Count, byte[] Input, Target[] Targets);
