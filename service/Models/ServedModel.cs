using SpikingDetector.Core.Specs;
using SpikingDetector.Inference;

namespace SpikingDetector.Service.Models;

/// <summary>A model that has answered its warm-up.</summary>
/// <param name="Name">What requests call it.</param>
/// <param name="Version">Its version.</param>
/// <param name="Session">The open file; belongs to the catalog.</param>
internal sealed record ServedModel(string Name, string Version, ModelSession Session)
{
    public ModelSpec Spec => Session.Spec;

    /// <summary>Whether it takes event data; else it takes pictures.</summary>
    public bool TakesEvents => Spec.Input is EventInputSpec;

    /// <summary>Detection: the name of each category index; else empty.</summary>
    public IReadOnlyList<string> CategoryNames { get; } = [.. Session.Spec.Categories.Select(category => category.Name)];
}
