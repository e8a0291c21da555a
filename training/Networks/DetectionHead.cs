using SpikingDetector.Core.Architecture;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Networks;

/// <summary>One head of RetinaNet, shared by all levels: convolutions with ReLU, then one that gives the outputs.</summary>
internal sealed class DetectionHead(Weights weights, IReadOnlyList<ConvolutionLayout> layout)
{
    private readonly Convolution[] _convolutions = [.. layout.Select(conv => new Convolution(weights, conv))];

    /// <summary>
    /// Levels [N, C, h, w] to [N, anchors, outputs]: level by level, then y, x and the 9 anchors of a position.
    /// </summary>
    public Tensor Forward(Tensor[] levels, ForwardPass pass)
    {
        long outputs = layout[^1].OutChannels / DetectorLayout.AnchorsPerPosition;
        return cat([.. levels.Select(level => Level(level, pass).permute(0, 2, 3, 1).reshape(level.shape[0], -1, outputs))], 1);
    }

    private Tensor Level(Tensor x, ForwardPass pass)
    {
        foreach (Convolution convolution in _convolutions[..^1])
            x = relu(convolution.Forward(x, pass));
        return _convolutions[^1].Forward(x, pass);
    }
}
