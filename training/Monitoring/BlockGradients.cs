using SpikingDetector.Core.Architecture;
using SpikingDetector.Training.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Monitoring;

/// <summary>
/// How large the gradients are at both ends of a network: the 2-norm over all weights of the first and of the last block.
/// </summary>
internal sealed class BlockGradients
{
    private readonly Parameter[] _first;
    private readonly Parameter[] _last;

    public BlockGradients(Weights weights)
    {
        BlockLayout[] blocks = [.. weights.Network.Stages.SelectMany(stage => stage.Blocks)];
        _first = ParametersOf(blocks[0]);
        _last = ParametersOf(blocks[^1]);

        Parameter[] ParametersOf(BlockLayout block) =>
            [.. weights.Parameters.Where(pair => pair.Name.StartsWith(block.Name + ".", StringComparison.Ordinal)).Select(pair => pair.Parameter)];
    }

    /// <summary>The norms of the gradients that the last backward pass left.</summary>
    public (double First, double Last) Measure()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return (Norm(_first), Norm(_last));
    }

    private static double Norm(Parameter[] parameters)
    {
        Tensor[] squares = [.. parameters.Select(parameter => parameter.grad).OfType<Tensor>().Select(gradient => (gradient * gradient).sum())];
        return squares.Length == 0 ? 0 : Math.Sqrt(stack(squares).sum().item<float>());
    }
}
