using SpikingDetector.Core;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Runs;
using SpikingDetector.Training.Tests.Gradients;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Runs;

/// <summary>What of a checkpoint a training starts with, and what begins afresh.</summary>
public sealed class StartWeightsTests : IDisposable
{
    private static readonly DecoderSpec Attention = new() { Kind = DecoderKind.Attention, ChannelReduction = 1, TemporalReduction = 1 };

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private static ModelSpec Classifier => TinySpecs.Classifier(TinySpecs.Backbone());

    private static ModelSpec Detector => TinySpecs.Detector(TinySpecs.Backbone());

    [Fact]
    public void Take_TheSameClasses_TakesAll()
    {
        (string[] taken, string said) = Take(Classifier, Classifier with { Name = "other" });
        Assert.Equal(TensorLayout.Of(NetworkLayout.Of(Classifier)).Select(tensor => tensor.Name), taken);
        Assert.DoesNotContain("left out", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("a", "c", "b")]
    public void Take_OtherLabels_LeavesTheClassifierOut(params string[] labels)
    {
        (string[] taken, string said) = Take(Classifier, Classifier with { Labels = labels });
        Assert.Equal(Names(Classifier, name => !name.StartsWith("fc.", StringComparison.Ordinal)), taken);
        Assert.Contains($"left out fc, which begins afresh, because its 3 classes are not the {labels.Length} of the data", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_OtherCategories_LeavesTheClassLogitsOut()
    {
        (string[] taken, string said) = Take(Detector, Detector with { Categories = [new Category(1, "a")] });
        Assert.Equal(Names(Detector, name => !name.Contains("cls_logits", StringComparison.Ordinal)), taken);
        Assert.Contains("left out head.classification_head.cls_logits, which begins afresh", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_AClassifierForADetector_TakesTheBackbone()
    {
        (string[] taken, string said) = Take(Classifier with { Decoder = Attention }, Detector with { Decoder = Attention });
        Assert.Equal(Names(Detector, name => name.StartsWith("backbone.body.", StringComparison.Ordinal)), taken);
        Assert.Contains(
            "left out backbone.decoders, backbone.fpn, head, which begin afresh, because a classifier has a backbone alone", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_AnOrdinaryNetwork_FitsTheSpikingOneOfItsShape()
    {
        (string[] taken, _) = Take(TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.Ann)), Classifier);
        Assert.Equal(Names(Classifier, _ => true), taken);
    }

    [Theory]
    [InlineData(DecoderKind.Rate, 3, DecoderKind.Attention, 3)]
    [InlineData(DecoderKind.Attention, 3, DecoderKind.Attention, 2)]
    [InlineData(DecoderKind.Attention, 3, DecoderKind.Rate, 3)]
    public void Take_AnotherDecoder_LeavesItOut(DecoderKind from, int stepsBefore, DecoderKind to, int steps)
    {
        foreach (ModelSpec spec in (ModelSpec[])[Classifier, Detector])
        {
            ModelSpec target = With(spec, to, steps);
            (string[] taken, string said) = Take(With(spec, from, stepsBefore), target);
            string part = spec.Task == ModelTask.Detection ? "backbone.decoders" : "decoder";
            Assert.Equal(Names(target, name => !name.StartsWith(part, StringComparison.Ordinal)), taken);
            if (to == DecoderKind.Attention)
                Assert.Contains($"left out {part}, which begins afresh, because its decoder is another one", said, StringComparison.Ordinal);
        }

        static ModelSpec With(ModelSpec spec, DecoderKind decoder, int steps) => spec with
        {
            Decoder = Attention with { Kind = decoder },
            Backbone = spec.Backbone with { TimeSteps = steps },
        };
    }

    [Fact]
    public void Take_WhatDoesNotFit_IsRefusedByName()
    {
        ModelSpec wide = TinySpecs.Classifier(TinySpecs.Backbone() with { BaseChannels = 4 });
        var error = Assert.Throws<InvalidInputException>(() => Take(wide, Classifier));
        Assert.Contains("shape: conv1.weight: expected [3, 3, 3, 3], found [4, 3, 3, 3], and", error.Message, StringComparison.Ordinal);

        ModelSpec learned = TinySpecs.Classifier(TinySpecs.Backbone() with { Neuron = new() { Kind = NeuronKind.ParametricLeaky, Tau = 2 } });
        error = Assert.Throws<InvalidInputException>(() => Take(Classifier, learned));
        Assert.Contains("missing: sn1.w", error.Message, StringComparison.Ordinal);

        error = Assert.Throws<InvalidInputException>(() => Take(Detector, Classifier));
        Assert.Contains("is a detector; a classifier can start with a classifier only", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IEnumerable<string> Names(ModelSpec spec, Func<string, bool> which) =>
        TensorLayout.Of(NetworkLayout.Of(spec)).Select(tensor => tensor.Name).Where(which);

    /// <summary>The tensors that have the source's values afterwards, and what is said. A source's values are all 7.</summary>
    private (string[] Taken, string Said) Take(ModelSpec source, ModelSpec target)
    {
        string path = Path.Combine(_folder, "source.safetensors");
        using (var weights = Weights.Initialise(NetworkLayout.Of(source), CPU, 1))
        {
            foreach (TensorShape shape in TensorLayout.Of(weights.Network))
                Weights.Assign(weights[shape.Name], [.. Enumerable.Repeat(7f, (int)shape.Elements)]);
            weights.Save(path, new Dictionary<string, string>());
        }

        using var started = Weights.Initialise(NetworkLayout.Of(target), CPU, 2);
        var start = StartWeights.Take(path, started);
        string[] taken = [.. Names(target, name => started[name].eq(7f).all().item<bool>())];
        return (taken, start.ToString());
    }
}
