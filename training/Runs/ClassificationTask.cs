using SpikingDetector.Training.Data;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Neurons;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Runs;

/// <summary>Cross-entropy, and top-1 and top-5 accuracy.</summary>
internal sealed class ClassificationTask(Weights weights, NeuronTraining neuron, Precision precision) : TrainingTask(weights, precision)
{
    private readonly SpikingClassifier _network = new(weights, neuron);

    public override string MainMetric => "top1";

    public override IReadOnlyList<string> LossNames { get; } = ["cross_entropy"];

    public override Losses ComputeLosses(Batch batch)
    {
        Tensor loss = cross_entropy(_network.Forward(Input(batch), TrainingPass), Labels(batch));
        return new Losses(loss, [loss]);
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

        return new Metrics([(MainMetric, (double)first / count), ("top5", (double)firstFive / count)]);
    }

    protected override void Forward(Batch batch, ForwardPass pass) => _network.Forward(Input(batch), pass);

    private Tensor Labels(Batch batch) =>
        tensor(batch.Targets.Select(target => (long)target.Label).ToArray()).to(Weights.Device);
}
