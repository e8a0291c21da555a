namespace SpikingDetector.Service;

/// <summary>Pixels of a row, and rows, of a picture or of an event camera.</summary>
internal sealed record PictureSize(int Width, int Height);
