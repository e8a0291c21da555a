namespace SpikingDetector.Core.Specs;

/// <summary>
/// The first layers: <see cref="ImageNet"/> is a 7×7 convolution of stride 2, a neuron and a 3×3 max-pool of stride 2;
/// <see cref="Cifar"/> is a 3×3 convolution of stride 1 and a neuron.
/// </summary>
public enum StemKind
{
    ImageNet,
    Cifar,
}
