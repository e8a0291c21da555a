using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SpikingDetector.Core;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Inference;

/// <summary>The names, types and shapes that a file of this project has, and the check that one has them.</summary>
internal static class GraphContract
{
    public const string Image = "image";
    public const string Events = "events";
    public const string Logits = "logits";
    public const string Probabilities = "probabilities";
    public const string Boxes = "boxes";
    public const string Scores = "scores";
    public const string Labels = "labels";
    public const string FiringRates = "firing_rates";
    public const string InputRates = "input_rates";

    /// <summary>A side that may have any length: the batch.</summary>
    private const int Any = -1;

    /// <summary>Checks a loaded graph against what its metadata say.</summary>
    /// <returns>The batch size that the graph is fixed to, or null where it takes any.</returns>
    /// <exception cref="InvalidInputException">One sentence that names the first difference.</exception>
    public static int? Check(InferenceSession session, ModelMetadata metadata, string path)
    {
        ModelSpec spec = metadata.Spec;
        if (session.InputMetadata.Count != 1)
        {
            throw new InvalidInputException(
                $"{path}: expected one input '{InputName(spec)}', found {session.InputMetadata.Count} "
                + $"({string.Join(", ", session.InputMetadata.Keys)}); export the checkpoint again.");
        }

        (TensorElementType inputType, int[] inputShape) = RequiredInput(spec);
        int batch = CheckTensor(session.InputMetadata, "input", InputName(spec), inputType, inputShape, path);
        foreach ((string name, TensorElementType type, int[] shape) in (IEnumerable<(string, TensorElementType, int[])>)[.. RequiredOutputs(spec), .. NamedOutputs(metadata)])
            CheckTensor(session.OutputMetadata, "output", name, type, shape, path);
        return batch == Any ? null : batch;
    }

    /// <summary>The one input of a network.</summary>
    public static string InputName(ModelSpec spec) => spec.Input is EventInputSpec ? Events : Image;

    private static (TensorElementType Type, int[] Shape) RequiredInput(ModelSpec spec)
    {
        InputSpec input = spec.Input;
        return input is EventInputSpec
            ? (TensorElementType.Float, [Any, spec.Backbone.TimeSteps, input.Channels, input.Height, input.Width])
            : (TensorElementType.UInt8, [Any, input.Height, input.Width, input.Channels]);
    }

    private static (string Name, TensorElementType Type, int[] Shape)[] RequiredOutputs(ModelSpec spec)
    {
        if (spec.Task == ModelTask.Classification)
        {
            return
            [
                (Logits, TensorElementType.Float, [Any, spec.ClassCount]),
                (Probabilities, TensorElementType.Float, [Any, spec.ClassCount]),
            ];
        }

        int rows = spec.Detector!.MaxDetections;
        return
        [
            (Boxes, TensorElementType.Float, [Any, rows, 4]),
            (Scores, TensorElementType.Float, [Any, rows]),
            (Labels, TensorElementType.Int64, [Any, rows]),
        ];
    }

    /// <summary>The outputs whose columns the metadata name.</summary>
    private static IEnumerable<(string Name, TensorElementType Type, int[] Shape)> NamedOutputs(ModelMetadata metadata)
    {
        if (metadata.ActivityLayers.Count > 0)
            yield return (FiringRates, TensorElementType.Float, [Any, metadata.ActivityLayers.Count]);
        if (metadata.InputRateLayers.Count > 0)
            yield return (InputRates, TensorElementType.Float, [Any, metadata.InputRateLayers.Count]);
    }

    /// <summary>Returns the length of the first side, or <see cref="Any"/>.</summary>
    private static int CheckTensor(
        IReadOnlyDictionary<string, NodeMetadata> tensors, string kind, string name, TensorElementType type, int[] shape, string path)
    {
        string expected = Describe(type, shape);
        if (!tensors.TryGetValue(name, out NodeMetadata? found))
        {
            throw new InvalidInputException(
                $"{path}: expected the {kind} '{name}', {expected}, but the {kind}s are {string.Join(", ", tensors.Keys)}; "
                + "export the checkpoint again.");
        }

        bool fits = found.IsTensor
            && found.ElementDataType == type
            && found.Dimensions.Length == shape.Length
            && !shape.Where((side, i) => side != Any && found.Dimensions[i] != side).Any();
        if (!fits)
        {
            string actual = found.IsTensor ? Describe(found.ElementDataType, found.Dimensions) : "no tensor";
            throw new InvalidInputException(
                $"{path}: {kind} '{name}' must be {expected} as the spec in its metadata says, but is {actual}; "
                + "export the checkpoint again.");
        }

        return found.Dimensions[0];
    }

    private static string Describe(TensorElementType type, int[] shape)
    {
        IEnumerable<string> sides = shape.Select(side => side == Any ? "N" : side.ToString(CultureInfo.InvariantCulture));
        return $"{type.ToString().ToLowerInvariant()} [{string.Join(", ", sides)}]";
    }
}
