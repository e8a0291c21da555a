using Google.Protobuf;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Tests.Slow;
using SpikingDetector.Inference;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Tests;

/// <summary>Files for inputs of other sides than the checkpoint's spec has.</summary>
public sealed class InputSizeTests : IDisposable
{
    private const int Height = 96;
    private const int Width = 64;

    private static readonly DecoderSpec Attention = new() { ChannelReduction = 2 };
    private static readonly ModelSpec Detector = TinySpecs.Detector(
        TinySpecs.Backbone(BlockKind.SpikeGate) with { Stem = StemKind.ImageNet }, Attention, new DetectorSpec { FpnChannels = 6, HeadConvs = 1 });

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("input-size-tests-");

    public static TheoryData<ExportPrecision> Precisions => [.. Enum.GetValues<ExportPrecision>()];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Classifier_AgreesWithNestedLoops()
    {
        using var checkpoint = new TinyCheckpoint(TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SpikeGate), Attention));
        byte[] pixels = Pixels(Height, Width);

        float[] logits = Run(checkpoint, Height, Width, ("image", Tensor.Of(pixels, 1, Height, Width, 3)), new ExportOptions())["logits"].Floats;

        Near.Equal(Slow(checkpoint, Height, Width).Classify(pixels), logits, 1e-4);
    }

    [Fact]
    public void EventClassifier_AgreesWithNestedLoops()
    {
        using var checkpoint = new TinyCheckpoint(TinySpecs.EventVariants["sg"]);
        const int side = 128;
        var random = new Random(2);
        int steps = checkpoint.Spec.Backbone.TimeSteps;
        float[] counts = [.. Enumerable.Range(0, steps * 2 * side * side).Select(_ => (float)Math.Max(random.Next(-3, 4), 0))];

        float[] logits = Run(checkpoint, side, side, ("events", Tensor.Of(counts, 1, steps, 2, side, side)), new ExportOptions())["logits"].Floats;

        Near.Equal(Slow(checkpoint, side, side).Classify(counts), logits, 1e-4);
    }

    [Fact]
    public void DetectorHeads_AgreeWithNestedLoops()
    {
        using var checkpoint = new TinyCheckpoint(Detector);
        byte[] pixels = Pixels(Height, Width);

        Dictionary<string, Tensor> outputs = Run(
            checkpoint, Height, Width, ("image", Tensor.Of(pixels, 1, Height, Width, 3)), new ExportOptions { RawHeads = true });

        (float[] logits, float[] deltas) = Slow(checkpoint, Height, Width).RunHeads(pixels);
        Near.Equal(logits, outputs["cls_logits"].Floats, 1e-4);
        Near.Equal(deltas, outputs["bbox_regression"].Floats, 1e-4);
    }

    /// <summary>Anchors, the box that boxes are clipped to, the spec in the metadata, the scales of int8: all but the checkpoint's sum.</summary>
    [Theory]
    [MemberData(nameof(Precisions))]
    public void File_IsThatOfACheckpointWithTheseSides(ExportPrecision precision)
    {
        using var checkpoint = new TinyCheckpoint(Detector);
        using var sized = new TinyCheckpoint(At(Detector, Height, Width));
        var options = new ExportOptions { Precision = precision, Activity = true, RawHeads = true };
        if (precision == ExportPrecision.Int8)
        {
            options = options with { CalibrationFolder = _folder.FullName };
            File.WriteAllBytes(Path.Combine(_folder.FullName, "a.png"), PictureEncoder.EncodePng(new Picture(80, 120, Pixels(120, 80))));
        }

        ModelProto found = OnnxExporter.Export(checkpoint.File, options with { Height = Height, Width = Width });
        ModelProto expected = OnnxExporter.Export(sized.File, options);

        found.MetadataProps.Single(entry => entry.Key == ModelMetadata.CheckpointKey).Value = sized.File.ComputeSha256();
        Assert.Equal(expected.ToByteArray(), found.ToByteArray());
    }

    [Fact]
    public void OneSide_LeavesTheOther()
    {
        using var checkpoint = new TinyCheckpoint(Detector);
        using ModelSession session = ModelSession.Open(
            OnnxExporter.Export(checkpoint.File, new ExportOptions { Width = 160 }).ToByteArray(), "model.onnx");

        Assert.Equal((64, 160), (session.Spec.Input.Height, session.Spec.Input.Width));
        Assert.Equal((64, 96), (checkpoint.Spec.Input.Height, checkpoint.Spec.Input.Width));
    }

    private static byte[] Pixels(int height, int width)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, height * width * 3).Select(_ => random.Next(2) == 0 ? (byte)0 : (byte)255)];
    }

    private static ModelSpec At(ModelSpec spec, int height, int width) => spec with { Input = spec.Input with { Height = height, Width = width } };

    private static SlowNetwork Slow(TinyCheckpoint checkpoint, int height, int width) =>
        new(At(checkpoint.Spec, height, width), name => checkpoint.Tensors[name]);

    private static Dictionary<string, Tensor> Run(TinyCheckpoint checkpoint, int height, int width, (string Name, Tensor Tensor) input, ExportOptions options)
    {
        using var model = new OnnxModel(
            OnnxExporter.Export(checkpoint.File, options with { Height = height, Width = width }).ToByteArray());
        return model.Run(input);
    }
}
