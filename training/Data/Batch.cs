namespace SpikingDetector.Training.Data;

/// <summary>Pictures made ready for a network, in memory of the CPU.</summary>
/// <param name="Count">N.</param>
/// <param name="Pixels">uint8 [N, H, W, 3].</param>
/// <param name="Targets">What is known about each picture.</param>
internal sealed record Batch(int Count, byte[] Pixels, Target[] Targets);
