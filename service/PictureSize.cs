namespace SpikingDetector.Service;

/// <summary>Pixels of a picture's rows, and its rows.</summary>
internal sealed record PictureSize(int Width, int Height);
