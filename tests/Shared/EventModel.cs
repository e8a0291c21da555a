using System.Runtime.InteropServices;
using Google.Protobuf;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export;

namespace SpikingDetector.Tests;

/// <summary>
/// A small event network whose answer can be foreseen. Its stem has a channel for each polarity, which fires in a step with
/// any event of it; the blocks add nothing and hand that on; label "darker" counts the steps of polarity 0, "lighter" those
/// of polarity 1, and the others count nothing.
/// </summary>
public static class EventModel
{
    public static IReadOnlyList<string> Labels { get; } = ["darker", "lighter", "c", "d", "e", "f", "g"];

    /// <summary>Writes its ONNX file.</summary>
    public static void ExportTo(string path, int timeSteps, ExportOptions? options = null)
    {
        string checkpointPath = Path.ChangeExtension(path, ".safetensors");
        Checkpoint.Write(checkpointPath, Spec(timeSteps), new Dictionary<string, string>(), Weights);
        using (Checkpoint checkpoint = Checkpoint.Open(checkpointPath))
            File.WriteAllBytes(path, OnnxExporter.Export(checkpoint, options ?? new ExportOptions()).ToByteArray());
        File.Delete(checkpointPath);
    }

    private static ModelSpec Spec(int timeSteps) => new()
    {
        Name = "tiny-7b",
        Task = ModelTask.Classification,
        Backbone = new BackboneSpec { Family = BackboneFamily.SevenB, BaseChannels = 2, TimeSteps = timeSteps },
        Decoder = new DecoderSpec { Kind = DecoderKind.Rate },
        Labels = Labels,
        Input = new EventInputSpec { Height = 128, Width = 128 },
    };

    private static ReadOnlyMemory<byte> Weights(TensorShape tensor)
    {
        var values = new float[tensor.Elements];
        bool isScale = tensor.Name.EndsWith("running_var", StringComparison.Ordinal)
            || (tensor.Shape.Count == 1 && tensor.Name.EndsWith(".weight", StringComparison.Ordinal));
        bool handsOn = tensor.Name == "fc.weight" || (tensor.Shape.Count == 4 && tensor.Shape[2] == 1);
        if (isScale)
            Array.Fill(values, 1f);
        for (int i = 0; handsOn && i < Math.Min(tensor.Shape[0], tensor.Shape[1]); i++)
            values[i * tensor.Shape[1] + i] = 2;
        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }
}
