using Google.Protobuf;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Images;
using SpikingDetector.Export;
using SpikingDetector.Proto;

namespace SpikingDetector.Tests;

/// <summary>
/// Small networks with random weights whose answers other people's programs computed: their checkpoints, exported to
/// ONNX files when the tests start, and the pictures and answers that belong to them.
/// </summary>
public static class ReferenceModels
{
    public const string Detector = "retina10_asd";
    public const string Classifier = "sg10_cifar_asd";

    /// <summary>The ONNX model of a reference checkpoint.</summary>
    public static ModelProto Export(string name, ExportOptions? options = null)
    {
        using Checkpoint checkpoint = Checkpoint.Open(ReferenceFiles.CheckpointPath(name));
        return OnnxExporter.Export(checkpoint, options ?? new ExportOptions());
    }

    /// <summary>Writes the ONNX file of a reference checkpoint.</summary>
    public static void ExportTo(string path, string name, ExportOptions? options = null) =>
        File.WriteAllBytes(path, Export(name, options).ToByteArray());

    /// <summary>The pictures that belong to a checkpoint, each of the size of the network's input.</summary>
    public static Picture[] Pictures(string name)
    {
        using SafetensorsFile expected = ReferenceFiles.Expected(name);
        IReadOnlyList<long> shape = expected.Tensors["pixels"].Shape;
        (int height, int width) = ((int)shape[1], (int)shape[2]);
        return [.. expected.ReadBytes("pixels").Chunk(height * width * Picture.Channels).Select(pixels => new Picture(width, height, pixels))];
    }
}
