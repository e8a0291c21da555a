using SpikingDetector.Core.Coco;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Detection;
using SpikingDetector.Training.Distillation;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Neurons;
using SpikingDetector.Training.Tensors;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Runs;

/// <summary>RetinaNet's losses, with a teacher also the distances from it times its weight, and COCO's twelve figures.</summary>
internal sealed class DetectionTask : TrainingTask
{
    /// <summary>Name of COCO's average precision, 0…1.</summary>
    public const string AveragePrecision = "AP";

    private readonly ModelSpec _spec;
    private readonly SpikingRetinaNet _network;
    private readonly Teacher? _teacher;
    private readonly SpikingRetinaNet? _teacherNetwork;
    private readonly DetectionPostprocessor _postprocessor;
    private readonly CocoDataset _annotations;
    private DetectionSheet? _sheet;
    private (int Height, int Width) _anchorsFor;
    private Tensor? _anchors;

    public DetectionTask(Weights weights, NeuronTraining neuron, Precision precision, DataSet data, Teacher? teacher = null)
        : base(weights, precision)
    {
        _spec = weights.Network.Spec;
        _network = new SpikingRetinaNet(weights, neuron);
        _teacher = teacher;
        _teacherNetwork = teacher is null ? null : new SpikingRetinaNet(teacher.Weights, new());
        LossNames = teacher is null ? ["classification", "box"] : ["classification", "box", "distillation_classes", "distillation_boxes"];
        _postprocessor = new DetectionPostprocessor(_spec);
        _annotations = data.Annotations!;
    }

    public override string MainMetric => AveragePrecision;

    public override IReadOnlyList<string> LossNames { get; }

    public override Losses ComputeLosses(Batch batch)
    {
        Tensor input = Input(batch);
        (Tensor logits, Tensor deltas) = _network.Forward(input, TrainingPass);
        RetinaLoss.Sums sums = new RetinaLoss(Anchors(batch)).Compute(logits, deltas, [.. batch.Targets.Select(Truth)]);
        double positives = sums.PositivesOf(Group);
        (Tensor classification, Tensor boxes) = sums.PerPositive(positives);
        Tensor total = classification.Plus(boxes);
        if (_teacher is null)
            return new Losses(total, [classification, boxes]);
        (Tensor teacherLogits, Tensor teacherDeltas) = AskTeacher(input);
        (Tensor ofClasses, Tensor ofBoxes) = DistillationLoss.OfBoxes(logits, deltas, teacherLogits, teacherDeltas, positives);
        Tensor distance = ofClasses.Plus(ofBoxes) * Scalars.Of(_teacher.Recipe.Weight);
        return new Losses(total.Plus(distance), [classification, boxes, ofClasses, ofBoxes]);
    }

    public override Metrics Evaluate(IEnumerable<Batch> validation, Action<int> onBatch)
    {
        using var noGrad = no_grad();
        var own = new FoundInPictures();
        int done = 0;
        foreach (Batch batch in validation)
        {
            using var scope = NewDisposeScope();
            (Tensor logits, Tensor deltas) = _network.Forward(Input(batch), ForwardPass.Inference);
            foreach ((int index, IReadOnlyList<Core.Detection.Detection> found) in batch.Indices.Zip(_postprocessor.Detect(logits, deltas)))
                own.Add(index, InPicture(_annotations.Pictures[index], found));

            onBatch(done += batch.Count);
        }

        var results = new List<CocoResult>();
        _sheet = new DetectionSheet(_annotations);
        foreach ((int index, Core.Detection.Detection[] found) in own.OfAll(Group))
        {
            results.AddRange(found.Select(detection => CocoResult.From(_annotations.Pictures[index].Id, detection, _spec.Categories)));
            _sheet.Add(index, found);
        }

        return new Metrics([.. CocoEvaluator.Evaluate(_annotations.GroundTruth, results).Figures.Select(pair => (pair.Key, pair.Value))]);
    }

    public override byte[]? DrawAnswers() => _sheet?.Draw();

    protected override void Forward(Batch batch, ForwardPass pass) => _network.Forward(Input(batch), pass);

    /// <summary>
    /// Anchors [anchors, 4] of the batch's size. Those of the last size are kept: nearly always the next one, while all sizes
    /// that shorter_side can give would take gigabytes.
    /// </summary>
    private Tensor Anchors(Batch batch)
    {
        if (_anchors is not null && _anchorsFor == (batch.Height, batch.Width))
            return _anchors;
        _anchors?.Dispose();
        ModelSpec spec = _spec with { Input = (PictureInputSpec)_spec.Input with { Height = batch.Height, Width = batch.Width } };
        using var scope = NewDisposeScope();
        Tensor[] levels = [.. AnchorGenerator.Generate(spec).Select(level => tensor(level, [level.Length / 4, 4]))];
        _anchors = cat(levels, 0).to(Weights.Device).DetachFromDisposeScope();
        _anchorsFor = (batch.Height, batch.Width);
        return _anchors;
    }

    /// <summary>Detections in the picture's own pixels.</summary>
    private Core.Detection.Detection[] InPicture(CocoPicture picture, IReadOnlyList<Core.Detection.Detection> found)
    {
        var transform = LetterboxTransform.Fit(picture.Width, picture.Height, _spec.Input.Width, _spec.Input.Height);
        return [.. found.Select(transform.ToSource).OfType<Core.Detection.Detection>()];
    }

    private (Tensor ClassLogits, Tensor BoxDeltas) AskTeacher(Tensor input)
    {
        using var noGrad = no_grad();
        return _teacherNetwork!.Forward(input, ForwardPass.Inference);
    }

    private TrueBoxes Truth(Target target)
    {
        float[] corners = [.. target.Boxes.SelectMany(box => (float[])[box.X1, box.Y1, box.X2, box.Y2])];
        return new TrueBoxes(
            tensor(corners, [target.Boxes.Length, 4]).to(Weights.Device),
            tensor(target.Categories.Select(index => (long)index).ToArray()).to(Weights.Device));
    }
}
