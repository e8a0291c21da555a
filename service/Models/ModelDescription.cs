using SpikingDetector.Core.Specs;

namespace SpikingDetector.Service.Models;

/// <summary>A model as <c>/models</c> shows it. What only a model that is ready can tell is left out for others.</summary>
internal sealed record ModelDescription
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary>ready, loading or refused.</summary>
    public required string Status { get; init; }

    /// <summary>Why the model was refused; of one that is ready, why a newer file in its place was.</summary>
    public string? Reason { get; init; }

    /// <summary>The file, relative to the models' folder.</summary>
    public required string File { get; init; }

    /// <summary>detection or classification.</summary>
    public string? Task { get; init; }

    /// <summary>Whether requests that name no model get this one.</summary>
    public bool? Default { get; init; }

    /// <summary>cpu or cuda: where it really runs.</summary>
    public string? Device { get; init; }

    /// <summary>Why it runs on the CPU although CUDA was welcome.</summary>
    public string? DeviceWarning { get; init; }

    /// <summary>The name in the model's spec, which may be another than that of the file.</summary>
    public string? SpecName { get; init; }

    public string? Precision { get; init; }

    /// <summary>SHA-256 of the checkpoint that it was exported from, hexadecimal.</summary>
    public string? CheckpointSha256 { get; init; }

    public int? TimeSteps { get; init; }

    /// <summary>Whether it can tell how often its neurons fired.</summary>
    public bool? Activity { get; init; }

    /// <summary>What the network sees.</summary>
    public ModelInput? Input { get; init; }

    /// <summary>Detection: lower scores are never answered.</summary>
    public float? ScoreThreshold { get; init; }

    /// <summary>Detection: more are never answered.</summary>
    public int? MaxDetections { get; init; }

    /// <summary>Detection: COCO's ids and names.</summary>
    public IReadOnlyList<Category>? Categories { get; init; }

    /// <summary>Classification: names in the order of their index.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    public static ModelDescription Of(ModelEntry entry, ModelCatalog catalog)
    {
        var description = new ModelDescription
        {
            Name = entry.File.Name,
            Version = entry.File.Version,
            Status = Lower(entry.Status),
            Reason = entry.Reason,
            File = entry.File.Path,
        };
        if (entry.Model is not { } model)
            return description;

        ModelSpec spec = model.Spec;
        return description with
        {
            Task = Lower(spec.Task),
            Default = catalog.IsDefault(model),
            Device = Lower(model.Session.Device),
            DeviceWarning = model.Session.DeviceWarning,
            SpecName = spec.Name,
            Precision = model.Session.Metadata.Precision,
            CheckpointSha256 = model.Session.Metadata.CheckpointSha256,
            TimeSteps = spec.Backbone.TimeSteps,
            Activity = model.Session.TellsActivity,
            Input = ModelInput.Of(spec),
            ScoreThreshold = spec.Detector?.ScoreThreshold,
            MaxDetections = spec.Detector?.MaxDetections,
            Categories = spec.Task == ModelTask.Detection ? spec.Categories : null,
            Labels = spec.Task == ModelTask.Classification ? spec.Labels : null,
        };
    }

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
