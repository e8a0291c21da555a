namespace SpikingDetector.Core.Images;

/// <summary>A colour, 0…255 a channel.</summary>
public readonly record struct Rgb(byte Red, byte Green, byte Blue);
