using System.Text.Json;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Specs;
using SpikingDetector.Tests;
using SpikingDetector.Training.Detection;
using SpikingDetector.Training.Networks;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Networks;

/// <summary>Whole networks against PyTorch with SpikingJelly's neurons and torchvision's RetinaNet.</summary>
public sealed class ReferenceModelTests
{
    public static TheoryData<string> Classifiers => [.. ReferenceFiles.Names(ModelTask.Classification)];

    public static TheoryData<string> Detectors => [.. ReferenceFiles.Names(ModelTask.Detection)];

    [Theory]
    [MemberData(nameof(Classifiers))]
    public void Classifier_GivesReferenceLogitsAndFiringRates(string model)
    {
        using var run = new ReferenceRun(model);
        var network = new SpikingClassifier(run.Weights, new());
        Tensor logits = network.Forward(run.Input, run.WatchingPass);

        Assert.True(Reference.LargestDifference(logits, run.Expected.Singles("logits")) < 1e-4);
        Assert.True(Reference.LargestDifference(network.Forward(run.Input, ForwardPass.Inference), logits) < 1e-6);
        run.CheckFiringRates();
    }

    [Theory]
    [MemberData(nameof(Detectors))]
    public void Detector_GivesReferenceHeadsBoxesAndFiringRates(string model)
    {
        using var run = new ReferenceRun(model);
        var network = new SpikingRetinaNet(run.Weights, new());
        (Tensor logits, Tensor deltas) = network.Forward(run.Input, run.WatchingPass);
        Assert.True(Reference.LargestDifference(logits, run.Expected.Singles("cls_logits")) < 1e-4);
        Assert.True(Reference.LargestDifference(deltas, run.Expected.Singles("bbox_regression")) < 1e-4);
        run.CheckFiringRates();

        IReadOnlyList<IReadOnlyList<Core.Detection.Detection>> found =
            new DetectionPostprocessor(run.Checkpoint.Spec).Detect(logits, deltas);
        for (int n = 0; n < found.Count; n++)
        {
            float[] boxes = run.Expected.ReadSingles($"boxes.{n}");
            float[] scores = run.Expected.ReadSingles($"scores.{n}");
            long[] labels = run.Expected.ReadInt64s($"labels.{n}");
            Assert.Equal(scores.Length, found[n].Count);
            for (int i = 0; i < scores.Length; i++)
            {
                Box box = found[n][i].Box;
                Assert.Equal(labels[i], found[n][i].CategoryIndex);
                Assert.Equal(scores[i], found[n][i].Score, 1e-4);
                Assert.Equal(boxes[4 * i], box.X1, 0.01);
                Assert.Equal(boxes[4 * i + 1], box.Y1, 0.01);
                Assert.Equal(boxes[4 * i + 2], box.X2, 0.01);
                Assert.Equal(boxes[4 * i + 3], box.Y2, 0.01);
            }
        }
    }

    private sealed class ReferenceRun : IDisposable
    {
        private readonly Dictionary<string, float> _rates = [];
        private readonly IDisposable _noGrad = no_grad();

        public ReferenceRun(string model)
        {
            Checkpoint = Checkpoint.Open(ReferenceFiles.CheckpointPath(model));
            Expected = ReferenceFiles.Expected(model);
            Weights = Weights.Load(Checkpoint, CPU);
            Input = Expected.Tensors.ContainsKey("events") ? Expected.Bytes("events").to(float32) : Expected.Bytes("pixels");
            WatchingPass = new ForwardPass { OnSpikes = (name, spikes) => _rates.Add(name, spikes.mean().item<float>()) };
        }

        public Checkpoint Checkpoint { get; }

        public SafetensorsFile Expected { get; }

        public Weights Weights { get; }

        /// <summary>uint8 pixels [N, H, W, 3] or float event counts [N, T, 2, H, W].</summary>
        public Tensor Input { get; }

        public ForwardPass WatchingPass { get; }

        public void CheckFiringRates()
        {
            Dictionary<string, float> expected = JsonSerializer.Deserialize<Dictionary<string, float>>(Expected.Metadata["firing_rates"])!;
            Assert.Equal(expected.Keys, _rates.Keys);
            Assert.Equal(Checkpoint.Network.NeuronLayers, _rates.Keys);
            foreach ((string layer, float rate) in expected)
                Assert.Equal(rate, _rates[layer], 1e-6);
        }

        public void Dispose()
        {
            _noGrad.Dispose();
            Weights.Dispose();
            Expected.Dispose();
            Checkpoint.Dispose();
        }
    }
}
