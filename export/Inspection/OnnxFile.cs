using Google.Protobuf;
using SpikingDetector.Core;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Inspection;

/// <summary>Reads ONNX files as what they are, without running them.</summary>
internal static class OnnxFile
{
    /// <summary>Reads a file of any producer.</summary>
    /// <exception cref="InvalidInputException">There is no such file, or it is no ONNX file.</exception>
    public static ModelProto Read(string path)
    {
        if (!File.Exists(path))
            throw new InvalidInputException($"There is no file {path}; expected an ONNX file.");

        ModelProto model = Parse(path);
        return model.Graph is { Node.Count: > 0 } && model.OpsetImport.Count > 0
            ? model
            : throw new InvalidInputException($"{path} is not an ONNX file: it holds no graph with an operator set.");
    }

    /// <summary>An entry of the metadata, or null.</summary>
    public static string? Metadata(ModelProto model, string key) =>
        model.MetadataProps.FirstOrDefault(entry => entry.Key == key)?.Value;

    private static ModelProto Parse(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return ModelProto.Parser.ParseFrom(file);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidInputException(
                $"{path} is not a readable ONNX file; it may be cut short or of another kind: copy it again or export the checkpoint again.",
                exception);
        }
    }
}
