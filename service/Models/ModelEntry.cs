namespace SpikingDetector.Service.Models;

/// <summary>A version of a model in the folder and what has become of it.</summary>
/// <param name="File">Where it comes from.</param>
/// <param name="Status">How far it has come.</param>
/// <param name="Model">The open model where it is ready; else null.</param>
/// <param name="Reason">
/// Why it was refused; of a model that is ready, why a newer file in its place was refused; else null.
/// </param>
internal sealed record ModelEntry(ModelFile File, ModelStatus Status, ServedModel? Model = null, string? Reason = null);
