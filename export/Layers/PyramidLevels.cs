namespace SpikingDetector.Export.Layers;

/// <summary>Names of the pyramid's levels.</summary>
internal static class PyramidLevels
{
    private const int Finest = 3;

    /// <summary><c>p3</c> for 0 to <c>p7</c> for 4.</summary>
    public static string Name(int index) => $"p{Finest + index}";
}
