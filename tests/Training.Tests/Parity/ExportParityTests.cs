using System.Text.Json.Nodes;
using Google.Protobuf;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export;
using SpikingDetector.Training.Parity;

namespace SpikingDetector.Training.Tests.Parity;

/// <summary>Whole networks of every kind: TorchSharp and ONNX Runtime agree on every spike and output.</summary>
public sealed class ExportParityTests : IDisposable
{
    private const string Classifier = """
        {
          "format": "spiking-detector/1", "name": "parity", "task": "classification",
          "backbone": {
            "depth": 10, "base_channels": 8, "stem": "cifar", "block": "sg",
            "neuron": { "type": "if", "v_threshold": 0.9707, "v_reset": 0.0 }, "time_steps": 4
          },
          "decoder": { "type": "asd", "channel_reduction": 4 },
          "labels": ["a", "b", "c"],
          "input": { "height": 32, "width": 32, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5] }
        }
        """;

    private const string Events = """
        {
          "format": "spiking-detector/1", "name": "parity", "task": "classification",
          "backbone": {
            "family": "7b", "base_channels": 8, "block": "sg",
            "neuron": { "type": "plif", "tau": 2.0, "v_threshold": 0.9707, "v_reset": 0.0 }, "time_steps": 4
          },
          "decoder": { "type": "asd", "channel_reduction": 4 },
          "labels": ["a", "b", "c"],
          "input": { "height": 128, "width": 128, "channels": 2 }
        }
        """;

    private const string Detector = """
        {
          "format": "spiking-detector/1", "name": "parity", "task": "detection",
          "backbone": {
            "depth": 10, "base_channels": 8, "stem": "imagenet", "block": "sg",
            "neuron": { "type": "if", "v_threshold": 0.9707, "v_reset": 0.0 }, "time_steps": 4
          },
          "decoder": { "type": "asd", "channel_reduction": 4 },
          "detector": { "fpn_channels": 8, "head_convs": 1, "score_threshold": 0.3, "anchor_sizes": [8, 16, 32, 64, 96] },
          "categories": [{ "id": 3, "name": "a" }, { "id": 7, "name": "b" }],
          "input": { "height": 64, "width": 96, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5] }
        }
        """;

    public static MatrixTheoryData<string, string> Neurons { get; } = new(
        ["\"if\"", .. from tau in (string[])["1.7", "2", "3"] from type in (string[])["lif", "plif"] select $"\"{type}\", \"tau\": {tau}"],
        ["-0.25", "0.1", "null"]);

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Theory]
    [InlineData("""{ }""")]
    [InlineData("""{ "backbone": { "gate": "bsg_star" } }""")]
    [InlineData("""{ "backbone": { "gate": "bsg_star", "gate_threshold": 0.2 } }""")]
    [InlineData("""{ "backbone": { "block": "spiking" } }""")]
    [InlineData("""{ "backbone": { "block": "sew_add" } }""")]
    [InlineData("""{ "backbone": { "block": "sew_and" } }""")]
    [InlineData("""{ "backbone": { "block": "sew_iand" } }""")]
    [InlineData("""{ "backbone": { "block": "ann", "time_steps": 1 } }""")]
    [InlineData("""{ "backbone": { "depth": 18 } }""")]
    [InlineData("""{ "backbone": { "depth": 50 } }""")]
    [InlineData("""{ "backbone": { "depth": 50, "block": "spiking", "stem": "imagenet" } }""")]
    [InlineData("""{ "backbone": { "stem": "imagenet" } }""")]
    [InlineData("""{ "backbone": { "neuron": { "type": "lif", "tau": 2.0 } } }""")]
    [InlineData("""{ "backbone": { "neuron": { "type": "plif", "tau": 2.0 } } }""")]
    [InlineData("""{ "backbone": { "time_steps": 1 } }""")]
    [InlineData("""{ "backbone": { "time_steps": 6 }, "decoder": { "temporal_reduction": 3 } }""")]
    [InlineData("""{ "decoder": { "temporal_reduction": 2, "channel_reduction": 16 } }""")]
    [InlineData("""{ "decoder": { "type": "rate", "channel_reduction": null } }""")]
    public void Classifier_AgreesOnEverySpikeAndLogit(string changes) => Check(Classifier, changes);

    /// <summary>Every charge, τ that is no power of two, start and reset at another potential than 0.</summary>
    [Theory]
    [MemberData(nameof(Neurons))]
    public void Neurons_AgreeOnEverySpike(string charge, string reset) =>
        Check(Classifier, $$"""{ "backbone": { "neuron": { "type": {{charge}}, "v_reset": {{reset}} } } }""");

    [Theory]
    [InlineData("""{ }""")]
    [InlineData("""{ "detector": { "p6_source": "p5" } }""")]
    [InlineData("""{ "detector": { "head_convs": 0, "candidates_per_level": 5, "max_detections": 7 } }""")]
    [InlineData("""{ "decoder": { "type": "rate", "channel_reduction": null } }""")]
    [InlineData("""{ "backbone": { "block": "sew_add" } }""")]
    [InlineData("""{ "backbone": { "block": "ann", "time_steps": 1 } }""")]
    [InlineData("""{ "backbone": { "depth": 50 } }""")]
    [InlineData("""{ "backbone": { "stem": "cifar" } }""")]
    public void Detector_AgreesOnEverySpikeAndBox(string changes) => Check(Detector, changes);

    [Theory]
    [InlineData("""{ }""")]
    [InlineData("""{ "backbone": { "neuron": { "type": "lif", "tau": 3 } } }""")]
    [InlineData("""{ "backbone": { "neuron": { "type": "if", "tau": null, "v_reset": null } } }""")]
    [InlineData("""{ "backbone": { "gate": "bsg_star", "gate_threshold": 0.2 } }""")]
    [InlineData("""{ "backbone": { "block": "spiking" }, "decoder": { "type": "rate", "channel_reduction": null } }""")]
    [InlineData("""{ "backbone": { "block": "sew_add" }, "decoder": { "type": "rate", "channel_reduction": null } }""")]
    [InlineData("""{ "backbone": { "block": "sew_and" } }""")]
    [InlineData("""{ "backbone": { "block": "sew_iand", "time_steps": 16 }, "decoder": { "temporal_reduction": 4 } }""")]
    [InlineData("""{ "backbone": { "block": "ann", "time_steps": 1 } }""")]
    [InlineData("""{ "input": { "height": 256, "width": 384 }, "backbone": { "base_channels": 3 }, "decoder": { "channel_reduction": 6 } }""")]
    public void EventClassifier_AgreesOnEverySpikeAndLogit(string changes) => Check(Events, changes);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Check(string json, string changes)
    {
        var spec = (JsonObject)JsonNode.Parse(json)!;
        Merge(spec, (JsonObject)JsonNode.Parse(changes)!);
        string checkpointPath = Path.Combine(_folder, "lattice.safetensors");
        string onnxPath = Path.Combine(_folder, "lattice.onnx");
        LatticeWeights.Write(checkpointPath, ModelSpec.Parse(spec.ToJsonString(), "spec"), 1);
        using Checkpoint checkpoint = Checkpoint.Open(checkpointPath);
        bool detects = checkpoint.Spec.Task == ModelTask.Detection;
        File.WriteAllBytes(onnxPath, OnnxExporter.Export(checkpoint, new ExportOptions { RawHeads = detects }).ToByteArray());

        using var check = new ParityCheck(checkpoint, onnxPath);
        var random = new Random(2);
        for (int picture = 0; picture < 2; picture++)
        {
            if (checkpoint.Spec.Input is EventInputSpec)
                check.Add(RandomCounts(checkpoint.Spec, random));
            else
                check.Add(RandomPixels(checkpoint.Spec, random));
        }

        ComparisonReport report = Assert.Single(check.Report().Comparisons);
        Assert.Equal(checkpoint.Network.NeuronLayers, report.Layers.Select(layer => layer.Name));
        Assert.All(report.Layers, layer => Assert.Equal((0, 0), (layer.Together, layer.Alone)));
        Assert.Contains(report.Outputs, output => output.Name == (detects ? "cls_logits" : "logits"));
        Assert.All(report.Outputs, output => Assert.True(output.Largest < (output.Name == "boxes" ? 0.01 : 1e-3), $"{output.Name} {output.Largest}"));
    }

    private static byte[] RandomPixels(ModelSpec spec, Random random) =>
        [.. Enumerable.Range(0, spec.Input.Height * spec.Input.Width * 3).Select(_ => random.Next(2) == 0 ? (byte)0 : (byte)255)];

    private static float[] RandomCounts(ModelSpec spec, Random random) =>
        [.. Enumerable.Range(0, spec.Backbone.TimeSteps * 2 * spec.Input.Height * spec.Input.Width).Select(_ => (float)Math.Max(random.Next(-3, 4), 0))];

    /// <summary>Null takes a field away, but for v_reset, where it is a value.</summary>
    private static void Merge(JsonObject target, JsonObject changes)
    {
        foreach ((string key, JsonNode? change) in changes)
        {
            if (change is JsonObject inner && target[key] is JsonObject existing)
                Merge(existing, inner);
            else if (change is null && key != "v_reset")
                target.Remove(key);
            else
                target[key] = change?.DeepClone();
        }
    }
}
