using System.Text;

namespace SpikingDetector.Core.Specs;

/// <summary>
/// Everything that defines a network but its weights: format "spiking-detector/1". A checkpoint carries it as JSON
/// text in its metadata, an ONNX file under <c>spiking_detector.spec</c>.
/// </summary>
public sealed record ModelSpec
{
    /// <summary>The value of the field <c>format</c>.</summary>
    public const string Format = "spiking-detector/1";

    /// <summary>Letters, digits, dot, dash and underscore; names the model in addresses and files.</summary>
    public required string Name { get; init; }

    public required ModelTask Task { get; init; }

    public required BackboneSpec Backbone { get; init; }

    public required DecoderSpec Decoder { get; init; }

    /// <summary>Present for detection, absent for classification.</summary>
    public DetectorSpec? Detector { get; init; }

    /// <summary>Detection: COCO categories in the order of the class logits. Else empty.</summary>
    public IReadOnlyList<Category> Categories { get; init; } = [];

    /// <summary>Classification: names in the order of the logits. Else empty.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    public required InputSpec Input { get; init; }

    /// <summary>Width of the class logits.</summary>
    public int ClassCount => Task == ModelTask.Detection ? Categories.Count : Labels.Count;

    /// <summary>
    /// Reads a spec strictly: unknown, missing or repeated fields, and values that are out of range or do not fit
    /// together, are refused.
    /// </summary>
    /// <param name="json">The JSON text.</param>
    /// <param name="source">What the text came from, for error messages, e.g. a file name.</param>
    /// <exception cref="InvalidInputException">One sentence that names the field and the values allowed.</exception>
    public static ModelSpec Parse(string json, string source) => ModelSpecReader.Read(json, source);

    /// <summary>Reads a spec from a JSON file.</summary>
    /// <exception cref="InvalidInputException">The file is missing or is not a valid spec.</exception>
    public static ModelSpec Load(string path)
    {
        if (!File.Exists(path))
            throw new InvalidInputException($"There is no file '{path}'; expected a model spec in JSON.");
        return Parse(File.ReadAllText(path, Encoding.UTF8), path);
    }

    /// <summary>The spec as JSON with every field that it uses set down, defaults included.</summary>
    public string ToJson(bool indented = false) => ModelSpecWriter.Write(this, indented);
}
