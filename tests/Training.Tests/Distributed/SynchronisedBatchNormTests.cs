using SpikingDetector.Training.Distributed;
using SpikingDetector.Training.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Tests.Distributed;

/// <summary>In a group of one, batch normalisation over the group is LibTorch's own.</summary>
public sealed class SynchronisedBatchNormTests
{
    private const double Momentum = 0.1;
    private const double Epsilon = 1e-5;

    [Theory]
    [InlineData(5, 3, 4, 6)]
    [InlineData(1, 16, 2, 2)]
    public void AloneInItsGroup_IsOrdinaryBatchNorm(int n, int channels, int height, int width)
    {
        manual_seed(4);
        using var scope = NewDisposeScope();
        Tensor values = ChannelsLast.Of(randn(n, channels, height, width) * 3 + 20);
        Tensor weight = rand(channels) + 0.5;
        Tensor gradient = ChannelsLast.Of(randn(n, channels, height, width));

        (Tensor Output, Tensor[] Others) own = Run((x, gamma, beta, mean, variance) => SynchronisedBatchNorm.Apply(
            ProcessGroup.Alone, x, gamma, beta, mean, variance, Momentum, Epsilon));
        (Tensor Output, Tensor[] Others) expected = Run((x, gamma, beta, mean, variance) =>
            batch_norm(x, mean, variance, gamma, beta, true, Momentum, Epsilon));

        AssertClose(expected.Output, own.Output);
        for (int i = 0; i < expected.Others.Length; i++)
            AssertClose(expected.Others[i], own.Others[i]);

        (Tensor Output, Tensor[] Others) Run(Func<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor> norm)
        {
            Tensor x = values.clone().requires_grad_();
            Tensor gamma = weight.clone().requires_grad_();
            Tensor beta = zeros(channels).requires_grad_();
            Tensor mean = zeros(channels);
            Tensor variance = ones(channels);
            Tensor output = norm(x, gamma, beta, mean, variance);
            (output * gradient).sum().backward();
            return (output.detach(), [x.grad!, gamma.grad!, beta.grad!, mean, variance]);
        }
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        float scale = MathF.Max(1, expected.abs().max().item<float>());
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, 2e-5f * scale);
    }
}
