using System.Text.Json;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Specs;
using SpikingDetector.Tests;
using SpikingDetector.Training.Detection;
using SpikingDetector.Training.Distributed;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Detection;

/// <summary>Anchors, matching and losses against torchvision.</summary>
public sealed class RetinaLossTests : IDisposable
{
    private readonly SafetensorsFile _reference = SafetensorsFile.Open(ReferenceFiles.PathOf("retina_loss.safetensors"));
    private readonly Tensor _anchors;

    public RetinaLossTests()
    {
        ModelSpec spec = Reference.Spec("retina10_asd");
        _anchors = cat([.. AnchorGenerator.Generate(spec).Select(level => tensor(level, [level.Length / 4, 4]))], 0);
    }

    [Fact]
    public void Anchors_EqualTorchvision() => Assert.Equal(0, Reference.LargestDifference(_anchors, _reference.Singles("anchors")));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Match_EqualsTorchvision(int picture)
    {
        Tensor matched = AnchorMatcher.Match(_reference.Singles($"boxes.{picture}"), _anchors);
        Assert.Equal(_reference.ReadInt64s($"matched.{picture}"), matched.data<long>().ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Compute_OnePicture_GivesTorchvisionsSums(int picture)
    {
        using JsonDocument document = JsonDocument.Parse(_reference.Metadata["sums"]);
        JsonElement sums = document.RootElement[picture];
        RetinaLoss.Sums loss = new RetinaLoss(_anchors).Compute(
            _reference.Singles("cls_logits").narrow(0, picture, 1), _reference.Singles("bbox_regression").narrow(0, picture, 1), [Truth(picture)]);

        Assert.Equal(sums.GetProperty("positives").GetInt64(), loss.Positives);
        AssertClose(sums.GetProperty("classification_sum").GetDouble(), loss.Classification.item<float>());
        AssertClose(sums.GetProperty("box_sum").GetDouble(), loss.Boxes.item<float>());
    }

    [Fact]
    public void Compute_Batch_GivesTorchvisionsGradients()
    {
        Tensor logits = _reference.Singles("cls_logits").requires_grad_();
        Tensor deltas = _reference.Singles("bbox_regression").requires_grad_();
        RetinaLoss.Sums loss = new RetinaLoss(_anchors).Compute(logits, deltas, [Truth(0), Truth(1), Truth(2)]);
        (loss.Classification + loss.Boxes).backward();

        Assert.True(Reference.LargestDifference(logits.grad!, _reference.Singles("cls_logits_gradient")) < 1e-5);
        Assert.True(Reference.LargestDifference(deltas.grad!, _reference.Singles("bbox_regression_gradient")) < 1e-5);
    }

    [Fact]
    public void PerPositive_WithoutPositives_DividesByOne()
    {
        var sums = new RetinaLoss.Sums(tensor(3f), tensor(0f), 0);
        Assert.Equal(3f, sums.PerPositive(sums.PositivesOf(ProcessGroup.Alone)).Classification.item<float>());
    }

    [Fact]
    public void Decode_UndoesEncodeAndCapsGrowth()
    {
        Tensor anchors = tensor(new float[] { 10, 20, 42, 84, 0, 0, 32, 32 }, [2, 4]);
        Tensor boxes = tensor(new float[] { 12, 18, 60, 70, -5, 3, 20, 30 }, [2, 4]);
        Assert.True(Reference.LargestDifference(BoxCoder.Decode(BoxCoder.Encode(boxes, anchors), anchors), boxes) < 1e-4);

        Tensor grown = BoxCoder.Decode(tensor(new float[] { 0, 0, 50, 0 }, [1, 4]), anchors.narrow(0, 1, 1));
        Assert.Equal(32 * 1000f / 16, (grown[0, 2] - grown[0, 0]).item<float>(), 0.01);
    }

    public void Dispose() => _reference.Dispose();

    private TrueBoxes Truth(int picture) => new(_reference.Singles($"boxes.{picture}"), _reference.Int64s($"labels.{picture}"));

    private static void AssertClose(double expected, double actual) =>
        Assert.True(Math.Abs(actual - expected) <= 1e-4 * Math.Abs(expected), $"expected {expected}, found {actual}");
}
