using SpikingDetector.Core;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Recipes;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Distillation;

/// <summary>
/// A trained network that another one learns from, usually the ordinary network (block <c>ann</c>) of the same shape. It runs as
/// in inference, in float32, and does not change.
/// </summary>
internal sealed class Teacher : IDisposable
{
    /// <summary>Under which checkpoints of the network tell the <see cref="Sha256"/> of its teacher.</summary>
    public const string MetadataKey = "teacher_sha256";

    private Teacher(Weights weights, DistillationRecipe recipe, string sha256)
    {
        Weights = weights;
        Recipe = recipe;
        Sha256 = sha256;
    }

    public Weights Weights { get; }

    public DistillationRecipe Recipe { get; }

    /// <summary>Of the checkpoint, in lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>The teacher that a recipe names for a network; null where it names none.</summary>
    /// <exception cref="InvalidInputException">Its answers cannot be compared with the network's.</exception>
    public static Teacher? Of(DistillationRecipe? recipe, ModelSpec student, Device device)
    {
        if (recipe is null)
            return null;
        using Checkpoint checkpoint = Checkpoint.Open(recipe.Teacher);
        if (Misfit(checkpoint.Spec, student) is { } misfit)
            throw new InvalidInputException($"{recipe.Teacher} cannot be the teacher of {student.Name}: {misfit}.");
        return new Teacher(Weights.Load(checkpoint, device), recipe, checkpoint.ComputeSha256());
    }

    /// <summary>
    /// What a teacher sees of a batch [N, T, 2, H, W] of event counts: one of a single step sees all events in one frame.
    /// Pictures are the same for all networks.
    /// </summary>
    public Tensor View(Tensor input) => Weights.Network.Spec is { Input: EventInputSpec, Backbone.TimeSteps: 1 } && input.shape[1] > 1
        ? input.sum(1, keepdim: true)
        : input;

    public void Dispose() => Weights.Dispose();

    private static string? Misfit(ModelSpec teacher, ModelSpec student)
    {
        if (teacher.Task != student.Task)
            return $"it is for {Name(teacher.Task)}, expected {Name(student.Task)}";
        if (!teacher.Labels.SequenceEqual(student.Labels) || !teacher.Categories.SequenceEqual(student.Categories))
            return $"its {teacher.ClassCount} classes are not the {student.ClassCount} of the data in their order";
        if (Sides(teacher.Input) != Sides(student.Input))
            return $"its input is {Sides(teacher.Input)}, expected {Sides(student.Input)}";
        (int steps, int studentSteps) = (teacher.Backbone.TimeSteps, student.Backbone.TimeSteps);
        if (teacher.Input is EventInputSpec && steps != 1 && steps != studentSteps)
            return $"it has {steps} time steps of events, expected {studentSteps} or 1";
        return teacher.Task == ModelTask.Detection && !HasAnchorsOf(teacher, student)
            ? "its anchors are others; give both the same backbone.stem and detector.anchor_sizes"
            : null;
    }

    private static bool HasAnchorsOf(ModelSpec teacher, ModelSpec student) =>
        AnchorGenerator.Generate(teacher).SelectMany(level => level).SequenceEqual(AnchorGenerator.Generate(student).SelectMany(level => level));

    private static string Sides(InputSpec input) =>
        $"{(input is EventInputSpec ? "events" : "pictures")} of {input.Width}×{input.Height}";

    private static string Name(ModelTask task) => task == ModelTask.Detection ? "detection" : "classification";
}
