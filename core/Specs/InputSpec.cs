namespace SpikingDetector.Core.Specs;

/// <summary>What a network sees: pictures (<see cref="PictureInputSpec"/>) or event counts (<see cref="EventInputSpec"/>).</summary>
public abstract record InputSpec
{
    private protected InputSpec()
    {
    }

    /// <summary>Rows.</summary>
    public required int Height { get; init; }

    /// <summary>Positions of a row.</summary>
    public required int Width { get; init; }

    /// <summary>Numbers at each position: 3 colours, or 2 polarities.</summary>
    public abstract int Channels { get; }
}
