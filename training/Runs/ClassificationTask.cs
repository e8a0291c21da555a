using SpikingDetector.Training.Data;
using SpikingDetector.Training.Distillation;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Neurons;
using SpikingDetector.Training.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Runs;

/// <summary>
/// Cross-entropy (its labels smoothed as Szegedy et al. 2016, 7, have it), with a teacher (1 − weight) of it and weight of the
/// distance from the teacher; top-1 and top-5 accuracy.
/// </summary>
internal sealed class ClassificationTask(
    Weights weights, NeuronTraining neuron, Precision precision, double labelSmoothing = 0, Teacher? teacher = null)
    : TrainingTask(weights, precision)
{
    /// <summary>Name of the top-1 accuracy, 0…1.</summary>
    public const string Accuracy = "top1";

    private readonly SpikingClassifier _network = new(weights, neuron);
    private readonly SpikingClassifier? _teacher = teacher is null ? null : new(teacher.Weights, new());

    public override string MainMetric => Accuracy;

    public override IReadOnlyList<string> LossNames { get; } =
        teacher is null ? ["cross_entropy"] : ["cross_entropy", "distillation"];

    public override Losses ComputeLosses(Batch batch)
    {
        Tensor input = Input(batch);
        Tensor logits = _network.Forward(input, TrainingPass);
        Tensor loss = cross_entropy(logits, Labels(batch), label_smoothing: labelSmoothing);
        if (_teacher is null)
            return new Losses(loss, [loss]);
        Tensor distance = DistillationLoss.OfClasses(logits, TeacherLogits(input), teacher!.Recipe.Temperature);
        double weight = teacher.Recipe.Weight;
        return new Losses((loss * Scalars.Of(1 - weight)).Plus(distance * Scalars.Of(weight)), [loss, distance]);
    }

    public override Metrics Evaluate(IEnumerable<Batch> validation, Action<int> onBatch)
    {
        using var noGrad = no_grad();
        long first = 0;
        long firstFive = 0;
        int count = 0;
        foreach (Batch batch in validation)
        {
            using var scope = NewDisposeScope();
            Tensor logits = _network.Forward(Input(batch), ForwardPass.Inference);
            (_, Tensor best) = logits.topk((int)Math.Min(5, logits.shape[1]), 1);
            Tensor hits = best.eq(Labels(batch).unsqueeze(1));
            first += hits.narrow(1, 0, 1).sum().item<long>();
            firstFive += hits.sum().item<long>();
            count += batch.Count;
            onBatch(count);
        }

        double[] sums = [first, firstFive, count];
        Group.Sum(sums);
        return new Metrics([(MainMetric, sums[0] / sums[2]), ("top5", sums[1] / sums[2])]);
    }

    protected override void Forward(Batch batch, ForwardPass pass) => _network.Forward(Input(batch), pass);

    private Tensor TeacherLogits(Tensor input)
    {
        using var noGrad = no_grad();
        return _teacher!.Forward(teacher!.View(input), ForwardPass.Inference);
    }

    private Tensor Labels(Batch batch) =>
        tensor(batch.Targets.Select(target => (long)target.Label).ToArray()).to(Weights.Device);
}
