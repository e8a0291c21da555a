using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Import;

/// <summary>What a state dictionary is to become.</summary>
public sealed record ImportRequest(ModelSpec Spec)
{
    /// <summary>Parts of the spec's network that begin with fresh weights, whatever the source has.</summary>
    public IReadOnlyList<NamePart> Fresh { get; init; } = [];

    /// <summary>Parts of the source that are left out.</summary>
    public IReadOnlyList<NamePart> Drop { get; init; } = [];
}
