using System.Text.Json;
using SpikingDetector.Core;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Inference;

/// <summary>What an ONNX file of this project says about itself in its metadata.</summary>
public sealed record ModelMetadata
{
    /// <summary>Key of the model spec, JSON text; the one entry that every file must have.</summary>
    public const string SpecKey = "spiking_detector.spec";

    /// <summary>Key of the exporter's version.</summary>
    public const string VersionKey = "spiking_detector.version";

    /// <summary>Key of the precision: float32, float16, int8 or int8-exact.</summary>
    public const string PrecisionKey = "spiking_detector.precision";

    /// <summary>Key of the SHA-256 of the checkpoint that the file was made from, hexadecimal.</summary>
    public const string CheckpointKey = "spiking_detector.checkpoint_sha256";

    /// <summary>Key of the names of the columns of <c>firing_rates</c>, a JSON list.</summary>
    public const string ActivityKey = "spiking_detector.activity";

    /// <summary>Key of the names of the columns of <c>input_rates</c>, a JSON list.</summary>
    public const string InputRatesKey = "spiking_detector.input_rates";

    /// <summary>The network, its classes and its input.</summary>
    public required ModelSpec Spec { get; init; }

    /// <summary>Version of the exporter that wrote the file, where it says so.</summary>
    public string? ExporterVersion { get; init; }

    /// <summary>float32, float16, int8 or int8-exact, where the file says so.</summary>
    public string? Precision { get; init; }

    /// <summary>SHA-256 of the checkpoint, hexadecimal, where the file says so.</summary>
    public string? CheckpointSha256 { get; init; }

    /// <summary>Neuron layers in the order of the columns of <c>firing_rates</c>; empty without that output.</summary>
    public IReadOnlyList<string> ActivityLayers { get; init; } = [];

    /// <summary>Convolutions in the order of the columns of <c>input_rates</c>; empty without that output.</summary>
    public IReadOnlyList<string> InputRateLayers { get; init; } = [];

    /// <summary>Picks the project's entries out of an ONNX file's metadata.</summary>
    /// <param name="entries">The file's <c>metadata_props</c>.</param>
    /// <param name="path">The file, for error messages.</param>
    /// <exception cref="InvalidInputException">The spec is missing or not valid.</exception>
    internal static ModelMetadata Read(IReadOnlyDictionary<string, string> entries, string path)
    {
        if (!entries.TryGetValue(SpecKey, out string? spec))
        {
            throw new InvalidInputException(
                $"{path} is an ONNX file without '{SpecKey}' in its metadata, so it is not one of this project; "
                + "make one from a checkpoint with the export command.");
        }

        return new ModelMetadata
        {
            Spec = ModelSpec.Parse(spec, $"{path}, metadata '{SpecKey}'"),
            ExporterVersion = entries.GetValueOrDefault(VersionKey),
            Precision = entries.GetValueOrDefault(PrecisionKey),
            CheckpointSha256 = entries.GetValueOrDefault(CheckpointKey),
            ActivityLayers = ReadLayers(entries, ActivityKey, path),
            InputRateLayers = ReadLayers(entries, InputRatesKey, path),
        };
    }

    private static string[] ReadLayers(IReadOnlyDictionary<string, string> entries, string key, string path)
    {
        if (!entries.TryGetValue(key, out string? json))
            return [];
        try
        {
            if (JsonSerializer.Deserialize<string[]>(json) is { } layers)
                return layers;
        }
        catch (JsonException)
        {
            // The sentence below says all that there is to say.
        }

        throw new InvalidInputException(
            $"{path}, metadata '{key}': expected a JSON list of layer names; export the checkpoint again.");
    }
}
