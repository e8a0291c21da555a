using static TorchSharp.torch;

namespace SpikingDetector.Training.Neurons;

/// <summary>
/// The time loop of a neuron layer, forward and backward. Tensors are the current, then the gain where there is one,
/// then the shortcut where there is a join; gradients come in the same order.
/// </summary>
internal interface INeuronLoop
{
    Tensor Forward(NeuronFunction.Arguments arguments, List<Tensor> tensors);

    List<Tensor> Backward(NeuronFunction.Arguments arguments, List<Tensor> tensors, Tensor outputGradient);
}
