namespace SpikingDetector.Training.Data;

/// <summary>One sample as an input of a network.</summary>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
/// <param name="Content">A picture's uint8 [H, W, 3], or the memory of a recording's float32 [T, 2, H, W].</param>
/// <param name="Target">What is known about it; boxes are in pixels of the input.</param>
internal sealed record SampleInput(int Height, int Width, byte[] Content, Target Target);
