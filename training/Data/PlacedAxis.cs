namespace SpikingDetector.Training.Data;

/// <summary>
/// How a picture lies in an input along one axis: its part [From, From + Length), in its own pixels, becomes the pixels
/// [At, At + Pixels) of the input.
/// </summary>
internal readonly record struct PlacedAxis(float From, float Length, int At, int Pixels)
{
    /// <summary>The whole side, scaled, at the input's beginning.</summary>
    public static PlacedAxis AtStart(int side, int scaled) => new(0, side, 0, scaled);

    /// <summary>Where a scaled side is longer than the input a random part of it, else all of it at a random place.</summary>
    public static PlacedAxis AtRandom(int side, int scaled, int inputSide, Random random)
    {
        float where = random.NextSingle();
        if (scaled <= inputSide)
            return new(0, side, (int)(where * (inputSide - scaled + 1)), scaled);
        float length = PartOf(side, scaled, inputSide);
        return new(where * (side - length), length, 0, inputSide);
    }

    /// <summary>The end of a scaled side before a point of the input; what would lie before the input is cut off.</summary>
    public static PlacedAxis Before(int point, int side, int scaled)
    {
        if (scaled <= point)
            return new(0, side, point - scaled, scaled);
        float length = PartOf(side, scaled, point);
        return new(side - length, length, 0, point);
    }

    /// <summary>The beginning of a scaled side from a point of the input on; what would lie behind the input is cut off.</summary>
    public static PlacedAxis After(int point, int side, int scaled, int inputSide)
    {
        int pixels = Math.Min(scaled, inputSide - point);
        return new(0, PartOf(side, scaled, pixels), point, pixels);
    }

    /// <summary>A position of the picture in pixels of the input.</summary>
    public float Map(float position) => At + (position - From) * Pixels / Length;

    private static float PartOf(int side, int scaled, int pixels) => Math.Min(side, pixels / ((float)scaled / side));
}
