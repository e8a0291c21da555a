using System.Text.Json;
using Google.Protobuf;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Tests;

namespace SpikingDetector.Export.Tests;

/// <summary>
/// Whole networks whose expected outputs were computed by other people's programs (SpikingJelly's neurons and
/// torchvision's detector on PyTorch), in plain ONNX Runtime.
/// </summary>
public sealed class ReferenceModelTests
{
    private const double RateTolerance = 1e-6;
    private const double LogitTolerance = 1e-4;
    private const double PixelTolerance = 0.01;

    public static TheoryData<string, ExportPrecision> InOneBatch
    {
        get
        {
            var data = new TheoryData<string, ExportPrecision>();
            foreach (string name in ReferenceFiles.Names(ModelTask.Classification).Concat(ReferenceFiles.Names(ModelTask.Detection)))
            {
                foreach (ExportPrecision precision in ExactFor(name))
                    data.Add(name, precision);
            }

            return data;
        }
    }

    public static TheoryData<string, int, ExportPrecision> Classifiers => InBatches(ModelTask.Classification);

    public static TheoryData<string, int, ExportPrecision> Detectors => InBatches(ModelTask.Detection);

    [Theory]
    [MemberData(nameof(Classifiers))]
    public void Classifier_GivesTheExpectedLogits(string name, int batch, ExportPrecision precision)
    {
        using SafetensorsFile expected = ReferenceFiles.Expected(name);
        using var model = new OnnxModel(Export(name, new ExportOptions { Precision = precision, Activity = true }));
        float[] expectedLogits = expected.ReadSingles("logits");
        foreach ((int first, Dictionary<string, Tensor> outputs) in RunInBatches(model, expected, batch))
        {
            Tensor logits = outputs["logits"];
            int classes = logits.Shape[1];
            Near.Equal(expectedLogits.AsSpan(first * classes, batch * classes), logits.Floats, LogitTolerance);
            Near.Equal(Softmax(logits.Floats, classes), outputs["probabilities"].Floats, 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(InOneBatch))]
    public void Activity_HasTheExpectedFiringRates(string name, ExportPrecision precision)
    {
        using SafetensorsFile expected = ReferenceFiles.Expected(name);
        using var model = new OnnxModel(Export(name, new ExportOptions { Precision = precision, Activity = true }));
        var rates = JsonSerializer.Deserialize<Dictionary<string, double>>(expected.Metadata["firing_rates"])!;
        string[] columns = JsonSerializer.Deserialize<string[]>(model.Metadata["spiking_detector.activity"])!;
        Assert.Equal(rates.Keys, columns);

        int pictures = (int)(expected.Tensors.GetValueOrDefault("events") ?? expected.Tensors["pixels"]).Shape[0];
        Tensor found = RunInBatches(model, expected, pictures).Single().Outputs["firing_rates"];
        Assert.Equal([pictures, columns.Length], found.Shape);
        for (int column = 0; column < columns.Length; column++)
        {
            double mean = Enumerable.Range(0, pictures).Average(n => (double)found.Floats[n * columns.Length + column]);
            Assert.Equal(rates[columns[column]], mean, RateTolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Detectors))]
    public void Detector_GivesTheExpectedHeadsAndBoxes(string name, int batch, ExportPrecision precision)
    {
        using SafetensorsFile expected = ReferenceFiles.Expected(name);
        using var model = new OnnxModel(Export(name, new ExportOptions { Precision = precision, RawHeads = true }));
        float[] logits = expected.ReadSingles("cls_logits");
        float[] deltas = expected.ReadSingles("bbox_regression");
        foreach ((int first, Dictionary<string, Tensor> outputs) in RunInBatches(model, expected, batch))
        {
            int logitsOfPicture = outputs["cls_logits"].Floats.Length / batch;
            Near.Equal(logits.AsSpan(first * logitsOfPicture, batch * logitsOfPicture), outputs["cls_logits"].Floats, LogitTolerance);
            int deltasOfPicture = outputs["bbox_regression"].Floats.Length / batch;
            Near.Equal(deltas.AsSpan(first * deltasOfPicture, batch * deltasOfPicture), outputs["bbox_regression"].Floats, LogitTolerance);
            for (int n = 0; n < batch; n++)
                CheckBoxes(expected, first + n, outputs, n);
        }
    }

    [Fact]
    public void FixedBatch_IsDeclaredAndGivesTheSameAnswers()
    {
        using SafetensorsFile expected = ReferenceFiles.Expected("sew10_iand");
        using var model = new OnnxModel(Export("sew10_iand", new ExportOptions { Batch = 2 }));
        Assert.Equal([2, 32, 32, 3], model.InputShape("image"));
        Tensor logits = RunInBatches(model, expected, 2).Single().Outputs["logits"];
        Near.Equal(expected.ReadSingles("logits"), logits.Floats, LogitTolerance);
    }

    [Theory]
    [InlineData("sg10_cifar_asd")]
    [InlineData("retina10_asd")]
    public void SameCheckpointAndOptions_GiveTheSameBytes(string name)
    {
        var options = new ExportOptions { Activity = true };
        Assert.Equal(Export(name, options), Export(name, options));
    }

    [Fact]
    public void Metadata_HoldsSpecVersionPrecisionAndChecksum()
    {
        using Checkpoint checkpoint = Open("retina10_asd");
        using var model = new OnnxModel(OnnxExporter.Export(checkpoint, new ExportOptions()).ToByteArray());
        Assert.Equal(checkpoint.Spec.ToJson(), model.Metadata["spiking_detector.spec"]);
        Assert.Equal(ModelTask.Detection, ModelSpec.Parse(model.Metadata["spiking_detector.spec"], "metadata").Task);
        Assert.Matches(@"\A\d+\.\d+\.\d+\z", model.Metadata["spiking_detector.version"]);
        Assert.Equal("float32", model.Metadata["spiking_detector.precision"]);
        Assert.Equal(checkpoint.ComputeSha256(), model.Metadata["spiking_detector.checkpoint_sha256"]);
        Assert.DoesNotContain("spiking_detector.activity", model.Metadata.Keys);
    }

    private static TheoryData<string, int, ExportPrecision> InBatches(ModelTask task)
    {
        var data = new TheoryData<string, int, ExportPrecision>();
        foreach (string name in ReferenceFiles.Names(task))
        {
            foreach (ExportPrecision precision in ExactFor(name))
            {
                data.Add(name, 1, precision);
                data.Add(name, 2, precision);
            }
        }

        return data;
    }

    /// <summary>The precisions whose spikes are those of the network: the weights of all are exact in int8.</summary>
    private static ExportPrecision[] ExactFor(string name)
    {
        using Checkpoint checkpoint = Open(name);
        return checkpoint.Spec.Backbone.Block == BlockKind.Ann
            ? [ExportPrecision.Float32]
            : [ExportPrecision.Float32, ExportPrecision.Int8Exact];
    }

    private static void CheckBoxes(SafetensorsFile expected, int picture, Dictionary<string, Tensor> outputs, int row)
    {
        float[] boxes = expected.ReadSingles($"boxes.{picture}");
        float[] scores = expected.ReadSingles($"scores.{picture}");
        long[] labels = expected.ReadInt64s($"labels.{picture}");
        int capacity = outputs["scores"].Shape[1];
        ReadOnlySpan<float> foundScores = outputs["scores"].Floats.AsSpan(row * capacity, capacity);
        Assert.Equal(scores.Length, foundScores.IndexOf(0f) is var end && end < 0 ? capacity : end);
        var unmatched = Enumerable.Range(0, scores.Length).ToList();
        for (int i = 0; i < scores.Length; i++)
        {
            int match = unmatched.FindIndex(j =>
                outputs["labels"].Longs[row * capacity + j] == labels[i]
                && Math.Abs(outputs["scores"].Floats[row * capacity + j] - scores[i]) < LogitTolerance
                && Enumerable.Range(0, 4).All(side =>
                    Math.Abs(outputs["boxes"].Floats[(row * capacity + j) * 4 + side] - boxes[i * 4 + side]) < PixelTolerance));
            Assert.True(match >= 0, $"picture {picture}: box {i} (score {scores[i]}) is missing");
            unmatched.RemoveAt(match);
        }
    }

    private static IEnumerable<(int First, Dictionary<string, Tensor> Outputs)> RunInBatches(
        OnnxModel model, SafetensorsFile expected, int batch)
    {
        string input = expected.Tensors.ContainsKey("events") ? "events" : "pixels";
        int[] shape = [.. expected.Tensors[input].Shape.Select(side => (int)side)];
        byte[] bytes = expected.ReadBytes(input);
        int size = bytes.Length / shape[0];
        for (int first = 0; first < shape[0]; first += batch)
        {
            byte[] part = bytes.AsSpan(first * size, batch * size).ToArray();
            int[] partShape = [batch, .. shape[1..]];
            yield return (first, model.Run(input == "events"
                ? ("events", Tensor.Of([.. part.Select(count => (float)count)], partShape))
                : ("image", Tensor.Of(part, partShape))));
        }
    }

    private static float[] Softmax(ReadOnlySpan<float> logits, int classes)
    {
        var probabilities = new float[logits.Length];
        for (int row = 0; row < logits.Length; row += classes)
        {
            double sum = 0;
            for (int i = 0; i < classes; i++)
                sum += Math.Exp(logits[row + i]);
            for (int i = 0; i < classes; i++)
                probabilities[row + i] = (float)(Math.Exp(logits[row + i]) / sum);
        }

        return probabilities;
    }

    private static byte[] Export(string name, ExportOptions options)
    {
        using Checkpoint checkpoint = Open(name);
        return OnnxExporter.Export(checkpoint, options).ToByteArray();
    }

    private static Checkpoint Open(string name) => Checkpoint.Open(ReferenceFiles.CheckpointPath(name));
}
