using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Runs;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Gradients;

/// <summary>Whole networks, from pixels to outputs and back to every weight.</summary>
public sealed class NetworkGradientTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void Backbone_WithTheMaxPoolStem_FollowsItsFormula() => GradientCheck.Run(
        TinySpecs.Classifier(TinySpecs.Backbone() with { Stem = StemKind.ImageNet, BaseChannels = 2 }), null, check =>
        {
            (Tensor fast, Map slow) = check.Reals(2, 3, 32, 32);
            return (new Backbone(check.Weights, check.Neuron).Forward(fast, check.Pass)[^1], check.Slow.Stages(slow)[^1].Values);
        });

    [Fact]
    public void BackboneOfSevenB_FollowsItsFormula()
    {
        var plif = new NeuronSpec { Kind = NeuronKind.ParametricLeaky, Tau = 2f };
        BackboneSpec backbone = TinySpecs.Backbone(BlockKind.SewAdd) with
        {
            Family = BackboneFamily.SevenB,
            BaseChannels = 2,
            TimeSteps = 2,
            Neuron = plif,
        };
        ModelSpec spec = TinySpecs.Classifier(backbone) with { Input = new EventInputSpec { Height = 128, Width = 128 } };
        GradientCheck.Run(spec, null, check =>
        {
            (Tensor fast, Map slow) = check.Reals(2, 2, 128, 128);
            return (new Backbone(check.Weights, check.Neuron).Forward(fast, check.Pass)[^1], check.Slow.StagesOfSevenB(slow)[^1].Values);
        });
    }

    [Theory]
    [InlineData(BlockKind.SpikeGate, DecoderKind.Attention)]
    [InlineData(BlockKind.SewAdd, DecoderKind.Rate)]
    [InlineData(BlockKind.Spiking, DecoderKind.Attention)]
    [InlineData(BlockKind.Ann, DecoderKind.Rate)]
    public void Classifier_FollowsItsFormula(BlockKind block, DecoderKind decoder)
    {
        ModelSpec spec = TinySpecs.Classifier(TinySpecs.Backbone(block) with { BaseChannels = 2 }, Decoder(decoder));
        GradientCheck.Run(spec, null, check =>
        {
            byte[] pixels = check.Pixels(2);
            Tensor logits = new SpikingClassifier(check.Weights, check.Neuron).Forward(tensor(pixels, [2, 32, 32, 3]), check.Pass);
            return (logits, check.Slow.Classify(pixels, 2));
        });
    }

    [Theory]
    [InlineData(BlockKind.SpikeGate, DecoderKind.Attention, P6Source.C5)]
    [InlineData(BlockKind.Ann, DecoderKind.Rate, P6Source.P5)]
    public void Detector_FollowsItsFormula(BlockKind block, DecoderKind decoder, P6Source source)
    {
        BackboneSpec backbone = TinySpecs.Backbone(block) with { BaseChannels = 2, Stem = StemKind.ImageNet };
        GradientCheck.Run(TinySpecs.Detector(backbone, Decoder(decoder), source), null, check =>
        {
            byte[] pixels = check.Pixels(2);
            (Tensor logits, Tensor deltas) = new SpikingRetinaNet(check.Weights, check.Neuron).Forward(tensor(pixels, [2, 64, 96, 3]), check.Pass);
            (Scalar[] slowLogits, Scalar[] slowDeltas) = check.Slow.Detect(pixels, 2);
            return (cat([logits.flatten(), deltas.flatten()], 0), [.. slowLogits, .. slowDeltas]);
        });
    }

    /// <summary>What a recipe says about gradients arrives in the gradients of its training's loss.</summary>
    [Theory]
    [InlineData("bsg", """{ "surrogate": { "type": "arctan", "alpha": 3.5 } }""")]
    [InlineData("bsg", """{ "surrogate": { "type": "sigmoid", "alpha": 2.5 }, "detach_reset": false }""")]
    [InlineData("bsg", """{ "detach_reset": false, "gate_gradient": "literal" }""")]
    [InlineData("bsg", """{ "gate_gradient": "detached" }""")]
    [InlineData("bsg_star", """{ "surrogate": { "type": "arctan", "alpha": 3.5 }, "detach_reset": false }""")]
    [InlineData("bsg_star", """{ "surrogate": { "type": "sigmoid", "alpha": 2.5 } }""")]
    public void Recipe_DecidesTheGradientsOfTheLoss(string gate, string neuron)
    {
        string path = Path.Combine(_folder, "recipe.json");
        File.WriteAllText(path, $$"""
            {
              "model": {
                "name": "tiny", "task": "classification",
                "backbone": {
                  "depth": 10, "base_channels": 2, "stem": "cifar", "block": "sg", "gate": "{{gate}}",
                  "neuron": { "type": "lif", "tau": 1.7 }, "time_steps": 3
                },
                "decoder": { "type": "rate" },
                "input": { "height": 32, "width": 32, "mean": [0.5, 0.5, 0.5], "std": [0.2, 0.2, 0.2] }
              },
              "neuron": {{neuron}},
              "epochs": 1, "batch_size": 2, "optimizer": { "type": "sgd", "learning_rate": 0.1 }, "schedule": { "type": "constant" }
            }
            """);
        var recipe = Recipe.Load(path, []);
        GradientCheck.Run(recipe.ModelFor([], ["a", "b", "c"]), recipe.Neuron, check =>
        {
            byte[] pixels = check.Pixels(2);
            var batch = new Batch(check.Weights.Network.Spec.Input.Height, check.Weights.Network.Spec.Input.Width, pixels, [Target.OfClass(2), Target.OfClass(0)], [0, 1]);
            Tensor loss = new ClassificationTask(check.Weights, recipe.Neuron, recipe.Precision).ComputeLosses(batch).Total;
            Scalar[][] logits = [.. check.Slow.Classify(pixels, 2).Chunk(3)];
            return (loss, [(CrossEntropy(logits[0], 2) + CrossEntropy(logits[1], 0)) / 2]);
        });
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Scalar CrossEntropy(Scalar[] logits, int truth) =>
        Scalar.Sum([.. logits.Select(logit => logit.Exp())]).Log() - logits[truth];

    private static DecoderSpec Decoder(DecoderKind kind) => new() { Kind = kind, ChannelReduction = 4 };
}
