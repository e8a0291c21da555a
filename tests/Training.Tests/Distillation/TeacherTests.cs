using SpikingDetector.Core;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Distillation;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Runs;
using SpikingDetector.Training.Tests.Data;
using SpikingDetector.Training.Tests.Gradients;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Distillation;

public sealed class TeacherTests : IDisposable
{
    private static readonly ModelSpec Student = TinySpecs.Classifier(TinySpecs.Backbone());
    private static readonly ModelSpec Ordinary = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.Ann));
    private static readonly ModelSpec Detector = TinySpecs.Detector(TinySpecs.Backbone());

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void Of_OtherClassesInputTaskOrAnchors_IsRefused()
    {
        Refused(Ordinary with { Labels = ["a", "c", "b"] }, Student, "its 3 classes are not the 3 of the data in their order");
        Refused(Ordinary with { Input = ((PictureInputSpec)Ordinary.Input) with { Height = 64 } }, Student, "its input is pictures of 32×64, expected pictures of 32×32");
        Refused(Detector, Student, "it is for detection, expected classification");
        Refused(Detector with { Detector = Detector.Detector! with { AnchorSizes = [16, 32, 64, 128, 256] } }, Detector, "its anchors are others");
        Assert.Null(Teacher.Of(null, Student, CPU));
    }

    /// <summary>The loss is (1 − weight) · cross-entropy + weight · distillation, and the teacher stays as it was.</summary>
    [Fact]
    public void ComputeLosses_WeighsTheParts_AndLeavesTheTeacherAlone()
    {
        using Teacher teacher = Load(Ordinary, Student, 0.25)!;
        byte[] before = Weights.Bytes(teacher.Weights["bn1.running_mean"]);
        using var weights = Weights.Initialise(NetworkLayout.Of(Student), CPU, 2);
        var task = new ClassificationTask(weights, new(), Precision.Float32, 0.1, teacher);
        Losses losses = task.ComputeLosses(Noise(4, 32 * 32 * 3));
        Assert.Equal(["cross_entropy", "distillation"], task.LossNames);
        double[] parts = [.. losses.Parts.Select(part => (double)part.item<float>())];
        Assert.All(parts, part => Assert.True(part > 0));
        Assert.Equal(0.75 * parts[0] + 0.25 * parts[1], losses.Total.item<float>(), 1e-5);
        losses.Total.backward();
        Assert.NotNull(weights.Parameters.First().Parameter.grad);
        Assert.All(teacher.Weights.Parameters, pair => Assert.Null(pair.Parameter.grad));
        Assert.Equal(before, Weights.Bytes(teacher.Weights["bn1.running_mean"]));
    }

    [Fact]
    public void ComputeLosses_OfADetector_AddsTheDistancesTimesTheWeight()
    {
        DataSet data = DataSet.Read(TinyData.Coco(Path.Combine(_folder, "data")), DataFolderKind.Coco);
        ModelSpec student = Detector with { Categories = data.Categories };
        using Teacher teacher = Load(student with { Backbone = TinySpecs.Backbone(BlockKind.Ann) }, student, 3)!;
        Tensor bias = teacher.Weights["head.classification_head.cls_logits.bias"];
        Weights.Assign(bias, [.. Enumerable.Repeat(1f, (int)bias.numel())]);
        using var weights = Weights.Initialise(NetworkLayout.Of(student), CPU, 2);
        var task = new DetectionTask(weights, new(), Precision.Float32, data, teacher);
        byte[] pixels = Noise(1, 64 * 96 * 3).Input;
        Losses losses = task.ComputeLosses(new Batch(64, 96, pixels, [Target.OfBoxes([new(8, 8, 60, 60)], [0])], [0]));
        Assert.Equal(["classification", "box", "distillation_classes", "distillation_boxes"], task.LossNames);
        double[] parts = [.. losses.Parts.Select(part => (double)part.item<float>())];
        Assert.All(parts, part => Assert.True(part > 0));
        Assert.Equal(parts[0] + parts[1] + 3 * (parts[2] + parts[3]), losses.Total.item<float>(), 1e-4 * losses.Total.item<float>());
    }

    [Fact]
    public void View_OfEventsForOneStep_IsTheirSum()
    {
        var events = new EventInputSpec { Height = 128, Width = 128 };
        BackboneSpec body = new() { Family = BackboneFamily.SevenB, BaseChannels = 2, Block = BlockKind.SpikeGate, TimeSteps = 4 };
        ModelSpec spiking = Student with { Input = events, Backbone = body };
        using Teacher teacher = Load(spiking with { Backbone = body with { Block = BlockKind.Ann, TimeSteps = 1 } }, spiking, 0.5)!;
        Tensor counts = rand([2, 4, 2, 8, 8]);
        Assert.True(teacher.View(counts).allclose(counts.sum(1, keepdim: true)));
        using Teacher equal = Load(spiking, spiking, 0.5)!;
        Assert.True(equal.View(counts).allclose(counts));
        Refused(spiking with { Backbone = body with { TimeSteps = 2 } }, spiking, "it has 2 time steps of events, expected 4 or 1");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Batch Noise(int pictures, int bytes)
    {
        var random = new Random(5);
        byte[] input = new byte[pictures * bytes];
        random.NextBytes(input);
        return new Batch(32, 32, input, [.. Enumerable.Range(0, pictures).Select(i => Target.OfClass(i % 3))], [.. Enumerable.Range(0, pictures)]);
    }

    private void Refused(ModelSpec teacher, ModelSpec student, string expected)
    {
        var error = Assert.Throws<InvalidInputException>(() => Load(teacher, student, 0.5));
        Assert.Contains($"cannot be the teacher of tiny: {expected}", error.Message, StringComparison.Ordinal);
    }

    private Teacher? Load(ModelSpec teacher, ModelSpec student, double weight)
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid()}.safetensors");
        using (var weights = Weights.Initialise(NetworkLayout.Of(teacher), CPU, 1))
            weights.Save(path, new Dictionary<string, string>());
        return Teacher.Of(new DistillationRecipe { Teacher = path, Weight = weight, Temperature = 2 }, student, CPU);
    }
}
