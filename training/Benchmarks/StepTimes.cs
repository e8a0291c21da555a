namespace SpikingDetector.Training.Benchmarks;

/// <summary>The seconds of one training step; the parts add up to <see cref="Total"/>.</summary>
/// <param name="Data">Waiting for the batch.</param>
/// <param name="Forward">Network and loss without the neurons.</param>
/// <param name="NeuronsForward">Layers of neurons, with batch normalisation where it is fused into them.</param>
/// <param name="Backward">Gradients without those of the neurons.</param>
/// <param name="NeuronsBackward">Gradients of neurons, and of batch normalisation where it is fused into them.</param>
/// <param name="Update">The optimiser's step.</param>
internal sealed record StepTimes(
    double Data, double Forward, double NeuronsForward, double Backward, double NeuronsBackward, double Update)
{
    public static IReadOnlyList<(string Name, Func<StepTimes, double> Of)> Parts { get; } =
    [
        ("data", times => times.Data),
        ("forward", times => times.Forward),
        ("neurons_forward", times => times.NeuronsForward),
        ("backward", times => times.Backward),
        ("neurons_backward", times => times.NeuronsBackward),
        ("update", times => times.Update),
    ];

    public double Total => Data + Forward + NeuronsForward + Backward + NeuronsBackward + Update;
}
