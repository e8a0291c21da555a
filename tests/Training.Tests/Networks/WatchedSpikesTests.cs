using SpikingDetector.Core.Architecture;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Neurons;
using SpikingDetector.Training.Tests.Gradients;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Networks;

/// <summary>Watching a training sees the spikes before the join and changes nothing.</summary>
public sealed class WatchedSpikesTests
{
    [Theory]
    [InlineData((int)Precision.Float32, (int)SurrogateKind.Arctan)]
    [InlineData((int)Precision.BFloat16, (int)SurrogateKind.Arctan)]
    [InlineData((int)Precision.Float32, (int)SurrogateKind.Sigmoid)]
    public void AWatchedStep_IsTheSameStep(int precision, int surrogate)
    {
        using var scope = NewDisposeScope();
        var training = new NeuronTraining { GateGradient = GateGradient.Literal, Surrogate = new Surrogate((SurrogateKind)surrogate, 2f) };
        ForwardPass pass = ForwardPass.Training with { Precision = (Precision)precision };
        var watched = new List<(string Layer, Tensor Spikes)>();
        Tensor[] alone = Step(pass);
        Tensor[] seen = Step(pass with { OnSpikes = (layer, spikes) => watched.Add((layer, spikes)) });

        Assert.All(alone.Zip(seen), pair => Assert.Equal(0, Reference.LargestDifference(pair.First, pair.Second)));
        Assert.Equal(["layer1.0.sn1", "layer1.0.sn2"], watched.Select(layer => layer.Layer));
        Assert.All(watched, layer => Assert.Equal(ScalarType.Float32, layer.Spikes.dtype));

        // The block's output is the spikes seen last or its input, which was all 0: the same.
        Assert.Equal(0, Reference.LargestDifference(alone[0], watched[^1].Spikes));
        Assert.InRange(watched[^1].Spikes.mean().item<float>(), 0.01f, 0.99f);

        Tensor[] Step(ForwardPass how)
        {
            using Weights weights = Weights.Initialise(
                NetworkLayout.Of(TinySpecs.Classifier(TinySpecs.Backbone() with { BaseChannels = 16 })), CPU, 1);
            Tensor bias = weights["layer1.0.bn1.bias"];
            using (no_grad())
            {
                bias.copy_(rand(16) * 2f);
                weights["layer1.0.bn2.bias"].copy_(rand(16));
            }

            manual_seed(3);
            Tensor x = ChannelsLast.Of(zeros(6, 16, 8, 8)).requires_grad_();
            Tensor output = new ResidualBlock(weights, weights.Network.Blocks[0], training).Forward(x, how).to(ScalarType.Float32);
            (output * rand(output.shape)).sum().backward();
            return
            [
                output.detach(), x.grad!.clone(), bias.grad!.clone(), weights["layer1.0.bn2.weight"].grad!.clone(),
                weights["layer1.0.bn1.running_mean"].clone(), weights["layer1.0.bn2.running_var"].clone(),
            ];
        }
    }
}
