namespace SpikingDetector.Core.Detection;

/// <summary>
/// An axis-parallel box by its corners, in pixels of the picture or of the network's input: x to the right, y down,
/// (<paramref name="X1"/>, <paramref name="Y1"/>) top left. Sides are plain differences, without the "+ 1" of
/// inclusive pixel coordinates.
/// </summary>
public readonly record struct Box(float X1, float Y1, float X2, float Y2)
{
    /// <summary>X2 − X1, in pixels.</summary>
    public float Width => X2 - X1;

    /// <summary>Y2 − Y1, in pixels.</summary>
    public float Height => Y2 - Y1;

    /// <summary>Width × height, in square pixels.</summary>
    public float Area => Width * Height;

    /// <summary>
    /// Area that both boxes cover divided by the area that at least one covers, 0…1; 0 where neither has an area.
    /// </summary>
    public float IntersectionOverUnion(Box other)
    {
        float width = MathF.Min(X2, other.X2) - MathF.Max(X1, other.X1);
        float height = MathF.Min(Y2, other.Y2) - MathF.Max(Y1, other.Y1);
        if (width <= 0 || height <= 0)
            return 0;

        float intersection = width * height;
        return intersection / (Area + other.Area - intersection);
    }

    /// <summary>The part of the box inside a picture of the given size in pixels.</summary>
    public Box Clip(float width, float height) => new(
        Math.Clamp(X1, 0, width), Math.Clamp(Y1, 0, height), Math.Clamp(X2, 0, width), Math.Clamp(Y2, 0, height));
}
