using Google.Protobuf;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export;
using SpikingDetector.Export.Tests;
using SpikingDetector.Export.Tests.Slow;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Parity;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Tests.Networks;

/// <summary>
/// Whole event networks whose weights and counts are exact in float32: TorchSharp and ONNX Runtime against nested loops,
/// spike for spike.
/// </summary>
public sealed class SevenBTests : IDisposable
{
    private const int Recordings = 2;

    private readonly string _onnxPath = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");

    public static TheoryData<string> Variants() => new(TinySpecs.EventVariants.Keys);

    [Theory]
    [MemberData(nameof(Variants))]
    public void Forward_AgreesWithNestedLoopsOnEverySpike(string variant)
    {
        ModelSpec spec = TinySpecs.EventVariants[variant];
        using var checkpoint = new TinyCheckpoint(spec);
        using Weights weights = Weights.Load(checkpoint.File, CPU);
        float[] counts = checkpoint.RandomCounts(Recordings);
        var spikes = new Dictionary<string, float[]>();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var pass = new ForwardPass { OnSpikes = (layer, values) => spikes.Add(layer, values.contiguous().data<float>().ToArray()) };
        Tensor events = Batch(counts, spec);
        float[] logits = new SpikingClassifier(weights, new()).Forward(events, pass).data<float>().ToArray();
        using OnnxProbe probe = Export(checkpoint);
        for (int n = 0; n < Recordings; n++)
        {
            float[] recording = [.. counts.Chunk(counts.Length / Recordings).ElementAt(n)];
            var slow = new SlowNetwork(spec, name => checkpoint.Tensors[name]);
            float[] expected = slow.Classify(recording);
            OnnxActivity onnx = probe.Run(recording);

            Near.Equal(expected, logits.AsSpan(n * expected.Length, expected.Length), 1e-4);
            Near.Equal(expected, onnx.Outputs["logits"], 1e-4);
            Assert.Equal(checkpoint.File.Network.NeuronLayers, slow.FiringRates.Select(layer => layer.Layer));
            Assert.Equal(slow.Spikes.Keys.Order(), spikes.Keys.Order());
            foreach ((string layer, FeatureMap[] steps) in slow.Spikes)
            {
                int length = steps[0].Data.Length;
                for (int t = 0; t < steps.Length; t++)
                {
                    Assert.True(steps[t].Data.AsSpan().SequenceEqual(spikes[layer].AsSpan((t * Recordings + n) * length, length)), $"{layer} step {t}");
                    Assert.True(steps[t].Data.AsSpan().SequenceEqual(onnx.Spikes[layer].AsSpan(t * length, length)), $"{layer} step {t} in ONNX Runtime");
                }
            }

            // A network that is silent or fires always would agree whatever its layers do.
            if (slow.FiringRates.Count > 0)
                Assert.InRange(slow.FiringRates[^1].Rate, 0.01, 0.99);
        }
    }

    /// <summary>
    /// At thresholds where the network is neither silent nor full of spikes: seven unions and max-pools fill every
    /// position, seven conjunctions leave none, and where H or X is the same everywhere its partner has no gradient.
    /// </summary>
    [Theory]
    [InlineData("sg", 2.5f)]
    [InlineData("sg asd", 2.5f)]
    [InlineData("sg asd plif", 1.4f)]
    [InlineData("sg bsg_star lif", 1.4f)]
    [InlineData("spiking", 1f)]
    [InlineData("spiking plif soft", 0.5f)]
    [InlineData("sew_add plif", 0.5f)]
    [InlineData("sew_and", 0.2f)]
    [InlineData("sew_iand lif", 0.125f)]
    [InlineData("ann", 1f)]
    public void Backward_GivesEveryParameterAFiniteGradient(string variant, float threshold)
    {
        ModelSpec spec = TinySpecs.EventVariants[variant];
        spec = spec with { Backbone = spec.Backbone with { Neuron = spec.Backbone.Neuron with { Threshold = threshold } } };
        using var checkpoint = new TinyCheckpoint(spec);
        using Weights weights = Weights.Initialise(checkpoint.File.Network, CPU, seed: 1);
        using var scope = NewDisposeScope();
        Tensor events = Batch(checkpoint.RandomCounts(Recordings), spec);
        Tensor logits = new SpikingClassifier(weights, new()).Forward(events, ForwardPass.Training);
        cross_entropy(logits, tensor([0L, 2L])).backward();

        foreach ((string name, Parameter parameter) in weights.Parameters)
        {
            Assert.True(parameter.grad is not null, $"{name} has no gradient");
            Assert.True(parameter.grad.isfinite().all().item<bool>(), $"{name} has a gradient that is not finite");
            Assert.True(parameter.grad.abs().max().item<float>() > 0, $"{name} learns nothing");
        }
    }

    public void Dispose() => File.Delete(_onnxPath);

    private static Tensor Batch(float[] counts, ModelSpec spec) =>
        tensor(counts, [Recordings, spec.Backbone.TimeSteps, 2, spec.Input.Height, spec.Input.Width]);

    private OnnxProbe Export(TinyCheckpoint checkpoint)
    {
        File.WriteAllBytes(_onnxPath, OnnxExporter.Export(checkpoint.File, new ExportOptions()).ToByteArray());
        return new OnnxProbe(_onnxPath, checkpoint.File.Network, "float32");
    }
}
