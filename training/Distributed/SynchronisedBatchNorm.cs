using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Tensors;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Distributed;

/// <summary>
/// Batch normalisation in training by the statistics of the batches of all processes together (Ioffe and Szegedy 2015
/// over the global batch).
/// </summary>
internal sealed class SynchronisedBatchNorm : autograd.SingleTensorFunction<SynchronisedBatchNorm>
{
    private const string GroupKey = "group";

    public override string Name => nameof(SynchronisedBatchNorm);

    /// <summary>Normalises [N, C, H, W] and updates the running statistics, as LibTorch's own does.</summary>
    /// <param name="group">Whose batches count.</param>
    /// <param name="x">This process's share, float32.</param>
    /// <param name="gamma">γ, [C].</param>
    /// <param name="beta">β, [C].</param>
    /// <param name="runningMean">[C], or null where the running statistics are to stay as they are.</param>
    /// <param name="runningVariance">[C], or null like <paramref name="runningMean"/>.</param>
    /// <param name="momentum">The share of the new statistics in the running ones.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static Tensor Apply(
        ProcessGroup group,
        Tensor x,
        Tensor gamma,
        Tensor beta,
        Tensor? runningMean,
        Tensor? runningVariance,
        double momentum,
        double epsilon)
    {
        Tensor mean;
        Tensor inverse;
        using (no_grad())
        {
            using var scope = NewDisposeScope();
            Tensor values = x.detach();
            (Tensor sum, Tensor squares, double count) = Total(group, Reduce(values), Reduce(values * values), x.numel() / x.shape[1]);
            Tensor n = tensor(count, device: x.device);
            Tensor exact = sum / n;
            Tensor variance = squares / n - exact * exact;
            inverse = variance.Plus(Scalars.Of(epsilon)).rsqrt().to(ScalarType.Float32).MoveToOuterDisposeScope();
            Tensor unbiased = variance * (n / tensor(Math.Max(1, count - 1), device: x.device));
            mean = exact.to(ScalarType.Float32).MoveToOuterDisposeScope();
            runningMean?.mul_(Scalars.Of(1 - momentum)).add_(mean, Scalars.Of(momentum));
            runningVariance?.mul_(Scalars.Of(1 - momentum)).add_(unbiased.to(ScalarType.Float32), Scalars.Of(momentum));
        }

        return apply(group, x, gamma, beta, mean, inverse);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Tensor[] tensors = [.. vars.Skip(1).Cast<Tensor>()];
        (Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor inverse) = (tensors[0], tensors[1], tensors[2], tensors[3], tensors[4]);
        ctx.save_data(GroupKey, vars[0]);
        ctx.save_for_backward([x, gamma, mean, inverse]);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return (Less(x, mean) * Wide(inverse * gamma)).add_(Wide(beta), Scalars.One).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var group = (ProcessGroup)ctx.get_data(GroupKey);
        List<Tensor> saved = ctx.get_saved_variables();
        (Tensor x, Tensor gamma, Tensor mean, Tensor inverse) = (saved[0], saved[1], saved[2], saved[3]);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor normed = Less(x, mean) * Wide(inverse);
        Tensor ofBeta = Reduce(grad_output);
        Tensor ofGamma = Reduce(grad_output * normed);
        (Tensor sum, Tensor product, double count) = Total(group, ofBeta, ofGamma, x.numel() / x.shape[1]);
        Tensor n = tensor(count, device: x.device);
        Tensor ofInput = (Less(grad_output, (sum / n).to(ScalarType.Float32)) - normed * Wide((product / n).to(ScalarType.Float32)))
            .mul_(Wide(inverse * gamma));
        List<Tensor> gradients =
        [
            ChannelsLast.Of(ofInput).MoveToOuterDisposeScope(),
            ofGamma.to(ScalarType.Float32).MoveToOuterDisposeScope(),
            ofBeta.to(ScalarType.Float32).MoveToOuterDisposeScope(),
        ];
        foreach (Tensor tensor in saved)
            tensor.Dispose();
        grad_output.Dispose();
        return [null!, .. gradients, null!, null!];
    }

    /// <summary>Sums over all but the channels, [C] doubles.</summary>
    private static Tensor Reduce(Tensor x) => x.sum([0, 2, 3], type: ScalarType.Float64);

    /// <summary>x with a number of its own taken from each channel.</summary>
    private static Tensor Less(Tensor x, Tensor channels) => x - Wide(channels);

    private static Tensor Wide(Tensor channels) => channels.reshape(1, -1, 1, 1);

    private static (Tensor First, Tensor Second, double Count) Total(ProcessGroup group, Tensor first, Tensor second, long count)
    {
        double[] values = [.. first.cpu().data<double>(), .. second.cpu().data<double>(), count];
        group.Sum(values);
        int channels = (int)first.shape[0];
        return (
            tensor(values[..channels], device: first.device),
            tensor(values[channels..(2 * channels)], device: first.device),
            values[^1]);
    }
}
