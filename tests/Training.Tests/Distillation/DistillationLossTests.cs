using System.Text.Json;
using SpikingDetector.Tests;
using SpikingDetector.Training.Distillation;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Distillation;

/// <summary>
/// Distances from a teacher, and smoothed labels, against PyTorch's functions, which
/// <c>tests/reference/optimization/make.py</c> ran.
/// </summary>
public sealed class DistillationLossTests
{
    private static readonly JsonElement Reference =
        JsonDocument.Parse(File.ReadAllText(ReferenceFiles.PathOf("optimization", "losses.json"))).RootElement;

    [Theory]
    [InlineData("0")]
    [InlineData("0.1")]
    [InlineData("0.5")]
    public void CrossEntropy_WithSmoothedLabels_IsPyTorchs(string smoothing)
    {
        Tensor logits = Read("logits", 5, 4).requires_grad_();
        Tensor labels = tensor(Reference.GetProperty("labels").EnumerateArray().Select(label => label.GetInt64()).ToArray());
        Tensor loss = nn.functional.cross_entropy(
            logits, labels, label_smoothing: double.Parse(smoothing, System.Globalization.CultureInfo.InvariantCulture));
        AssertClose(Reference.GetProperty("smoothed").GetProperty(smoothing), loss, logits);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void OfClasses_IsPyTorchsDivergenceTimesTheSquaredTemperature(int temperature)
    {
        Tensor logits = Read("logits", 5, 4).requires_grad_();
        Tensor loss = DistillationLoss.OfClasses(logits, Read("teacher", 5, 4), temperature);
        AssertClose(Reference.GetProperty("distilled").GetProperty($"{temperature}"), loss, logits);
    }

    [Fact]
    public void OfBoxes_GivesPyTorchsSumsAndGradients()
    {
        Tensor logits = Read("cls", 2, 6, 3).requires_grad_();
        Tensor deltas = Read("box", 2, 6, 4).requires_grad_();
        (Tensor classes, Tensor boxes) = DistillationLoss.OfBoxes(
            logits, deltas, Read("teacher_cls", 2, 6, 3), Read("teacher_box", 2, 6, 4), Reference.GetProperty("positives").GetInt64());
        Assert.InRange(Reference.GetProperty("sure").GetInt32(), 1, 11);
        AssertClose(Reference.GetProperty("classes"), classes, logits);
        AssertClose(Reference.GetProperty("boxes"), boxes, deltas);
    }

    [Fact]
    public void OfEqualAnswers_IsNothing()
    {
        Tensor logits = Read("logits", 5, 4);
        Assert.Equal(0, DistillationLoss.OfClasses(logits, logits, 3).item<float>(), 1e-6);
        Tensor deltas = Read("box", 2, 6, 4);
        (Tensor classes, Tensor boxes) = DistillationLoss.OfBoxes(Read("cls", 2, 6, 3), deltas, Read("cls", 2, 6, 3), deltas, 1);
        Assert.Equal((0, 0), (classes.item<float>(), boxes.item<float>()));
    }

    private static Tensor Read(string name, params long[] shape) =>
        tensor(Reference.GetProperty(name).EnumerateArray().Select(value => value.GetSingle()).ToArray()).reshape(shape);

    private static void AssertClose(JsonElement expected, Tensor loss, Tensor input)
    {
        Assert.Equal(expected.GetProperty("loss").GetDouble(), loss.item<float>(), 1e-5);
        loss.backward();
        float[] gradient = [.. expected.GetProperty("gradients")[0].EnumerateArray().Select(value => value.GetSingle())];
        Assert.True(Tests.Reference.LargestDifference(input.grad!.flatten(), tensor(gradient)) < 1e-6);
    }
}
