namespace SpikingDetector.Export.Graph;

/// <summary>Something that flows through the graph: an input, a constant or what a node puts out.</summary>
/// <param name="Name">Its name in the file, unique within the graph.</param>
internal readonly record struct Value(string Name)
{
    /// <summary>Stands for an optional input that is left out.</summary>
    public static Value None { get; } = new("");
}
