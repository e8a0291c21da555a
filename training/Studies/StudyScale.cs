using System.Globalization;

namespace SpikingDetector.Training.Studies;

/// <summary>How large a study is: a recipe and what is changed in it for all networks.</summary>
internal sealed record StudyScale
{
    /// <summary>The recipe file.</summary>
    public required string Recipe { get; init; }

    /// <summary>The data folder.</summary>
    public required string Data { get; init; }

    /// <summary>The folder of all studies at this scale.</summary>
    public required string Output { get; init; }

    /// <summary>Trainings of each network; their seeds are 0 to this less 1.</summary>
    public required int Seeds { get; init; }

    /// <summary>Layers of the networks; null for the study's own.</summary>
    public IReadOnlyList<int>? Depths { get; init; }

    /// <summary>Channels of the first stage; null for the recipe's.</summary>
    public int? Width { get; init; }

    /// <summary>Null for the recipe's.</summary>
    public int? Epochs { get; init; }

    /// <summary>Share of the training samples, above 0 to 1; null for the recipe's.</summary>
    public double? Share { get; init; }

    /// <summary>Fields of the recipe, as <c>--set</c> takes them.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>Everything that is changed in the recipe for all networks.</summary>
    public IEnumerable<string> Overrides =>
    [
        .. Set,
        .. Width is { } width ? [Field($"model.backbone.base_channels={width}")] : (string[])[],
        .. Epochs is { } epochs ? [Field($"epochs={epochs}")] : (string[])[],
        .. Share is { } share ? [Field($"training_share={share}")] : (string[])[],
    ];

    private static string Field(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
