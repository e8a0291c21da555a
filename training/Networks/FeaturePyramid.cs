using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Networks;

/// <summary>The feature pyramid of RetinaNet: decoded stages C3, C4, C5 to the levels P3…P7.</summary>
internal sealed class FeaturePyramid(Weights weights, DetectorLayout layout, P6Source p6Source)
{
    private readonly Convolution[] _inner = [.. layout.Inner.Select(conv => new Convolution(weights, conv))];
    private readonly Convolution[] _outer = [.. layout.Outer.Select(conv => new Convolution(weights, conv))];
    private readonly Convolution _p6 = new(weights, layout.P6);
    private readonly Convolution _p7 = new(weights, layout.P7);

    public Tensor[] Forward(Tensor[] stages, ForwardPass pass)
    {
        var levels = new Tensor[5];
        Tensor? above = null;
        for (int i = 2; i >= 0; i--)
        {
            Tensor lateral = _inner[i].Forward(stages[i], pass);
            if (above is not null)
                lateral = lateral.Plus(interpolate(above, size: lateral.shape[2..], mode: InterpolationMode.Nearest));
            levels[i] = _outer[i].Forward(lateral, pass);
            above = lateral;
        }

        levels[3] = _p6.Forward(p6Source == P6Source.C5 ? stages[2] : levels[2], pass);
        levels[4] = _p7.Forward(relu(levels[3]), pass);
        return levels;
    }
}
