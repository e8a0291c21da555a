using Google.Protobuf;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Proto;
using SpikingDetector.Tests;
using DataType = SpikingDetector.Proto.TensorProto.Types.DataType;

namespace SpikingDetector.Export.Tests;

/// <summary>Whole networks in 8 bits, their scales chosen by the pictures that they are then asked about.</summary>
public sealed class Int8ModelTests : IDisposable
{
    private readonly DirectoryInfo _pictures = Directory.CreateTempSubdirectory("int8-tests-");

    public static TheoryData<string> Networks =>
        [.. ReferenceFiles.Names(ModelTask.Classification).Concat(ReferenceFiles.Names(ModelTask.Detection)).Where(TakesPictures)];

    public void Dispose() => _pictures.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Networks))]
    public void Network_IsCloseToFloat32(string name)
    {
        using Checkpoint checkpoint = Checkpoint.Open(ReferenceFiles.CheckpointPath(name));
        Picture[] pictures = ReferenceModels.Pictures(name);
        for (int i = 0; i < pictures.Length; i++)
            File.WriteAllBytes(Path.Combine(_pictures.FullName, $"{i}.png"), PictureEncoder.EncodePng(pictures[i]));
        bool spiking = checkpoint.Spec.Backbone.Block != BlockKind.Ann;
        bool detects = checkpoint.Spec.Task == ModelTask.Detection;
        var options = new ExportOptions { Precision = ExportPrecision.Int8, CalibrationFolder = _pictures.FullName, Activity = spiking, RawHeads = detects };

        ExportResult result = OnnxExporter.ExportWithReport(checkpoint, options);
        Dictionary<string, Tensor> found = Run(result.Model, pictures);
        Dictionary<string, Tensor> expected = Run(
            OnnxExporter.Export(checkpoint, options with { Precision = ExportPrecision.Float32, CalibrationFolder = null }), pictures);

        CheckWeights(result, checkpoint.Spec.Backbone.TimeSteps);
        foreach (string output in detects ? (string[])["cls_logits", "bbox_regression"] : ["logits"])
            Assert.InRange(Correlation(expected[output].Floats, found[output].Floats), 0.9, 1);
        if (!spiking)
            return;
        float[] rates = found["firing_rates"].Floats;
        for (int i = 0; i < rates.Length; i++)
            Assert.Equal(expected["firing_rates"].Floats[i], rates[i], 0.05);
    }

    /// <summary>Every convolution behind the stem that the report does not leave in float32 has int8 weights.</summary>
    private static void CheckWeights(ExportResult result, int timeSteps)
    {
        GraphProto graph = result.Model.Graph;
        int bytes = graph.Initializer.Count(tensor => tensor.DataType == (int)DataType.Int8 && tensor.Name.EndsWith(".weight", StringComparison.Ordinal));
        int kept = result.Layers.Count(layer => layer.Scale is null);
        int floats = graph.Node.Count(node => node.OpType == "Conv" && !node.Name.Contains("decoder", StringComparison.Ordinal));
        Assert.InRange(bytes, 1, 200);
        Assert.InRange(floats, 1, 1 + timeSteps * kept);
        Assert.Equal("int8", result.Model.MetadataProps.Single(entry => entry.Key == "spiking_detector.precision").Value);
    }

    private static Dictionary<string, Tensor> Run(ModelProto proto, Picture[] pictures)
    {
        using var model = new OnnxModel(proto.ToByteArray());
        return model.Run(("image", Tensor.Of([.. pictures.SelectMany(picture => picture.Pixels.ToArray())], pictures.Length, pictures[0].Height, pictures[0].Width, 3)));
    }

    private static double Correlation(float[] a, float[] b)
    {
        (double meanA, double meanB) = (a.Average(), b.Average());
        double product = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.Length; i++)
        {
            product += (a[i] - meanA) * (b[i] - meanB);
            squaresA += Math.Pow(a[i] - meanA, 2);
            squaresB += Math.Pow(b[i] - meanB, 2);
        }

        return product / Math.Sqrt(squaresA * squaresB);
    }

    private static bool TakesPictures(string name)
    {
        using Checkpoint checkpoint = Checkpoint.Open(ReferenceFiles.CheckpointPath(name));
        return checkpoint.Spec.Input is PictureInputSpec;
    }
}
