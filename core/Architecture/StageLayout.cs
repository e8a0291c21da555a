namespace SpikingDetector.Core.Architecture;

/// <summary>Layers that work at one size, in the order: <see cref="Entry"/>, <see cref="Blocks"/>, <see cref="Pool"/>.</summary>
public sealed record StageLayout
{
    /// <summary>What widens the input before the blocks, or null where they do it themselves or nothing does.</summary>
    public UnitLayout? Entry { get; init; }

    /// <summary>The residual blocks, at least one.</summary>
    public required IReadOnlyList<BlockLayout> Blocks { get; init; }

    /// <summary>The max-pool behind the blocks, or null.</summary>
    public PoolLayout? Pool { get; init; }

    /// <summary>Channels of the stage's output.</summary>
    public int OutChannels => Blocks[^1].OutChannels;
}
