using SpikingDetector.Core;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Inference;
using SpikingDetector.Training.Networks;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Parity;

/// <summary>
/// Runs a checkpoint in TorchSharp and its graph in ONNX Runtime on the same inputs and compares. An int8-exact graph is compared
/// with the checkpoint's rounded weights, too: there every spike must be equal, which proves the graph, while its difference
/// from the checkpoint as it is tells what rounding costs.
/// </summary>
internal sealed class ParityCheck : IDisposable
{
    /// <summary>The network as it was trained.</summary>
    public const string AsTrained = "checkpoint";

    /// <summary>The network with weights rounded as in the file.</summary>
    public const string Rounded = "rounded checkpoint";

    private readonly OnnxProbe _probe;
    private readonly string _precision;
    private readonly List<Comparison> _comparisons = [];
    private int _inputs;

    /// <param name="checkpoint">The network.</param>
    /// <param name="onnxPath">The file that was exported from it.</param>
    /// <param name="limits">Makes of a precision's usual limits against the checkpoint as it is those to use.</param>
    /// <exception cref="InvalidInputException">The file holds another network, or is none of this exporter.</exception>
    public ParityCheck(Checkpoint checkpoint, string onnxPath, Func<ParityLimits, ParityLimits>? limits = null)
    {
        using (ModelSession session = ModelSession.Open(onnxPath))
        {
            Spec = session.Spec;
            _precision = session.Metadata.Precision ?? "float32";
        }

        if (WithSizeOf(Spec, checkpoint.Spec).ToJson() != checkpoint.Spec.ToJson())
        {
            throw new InvalidInputException(
                $"{onnxPath} holds the network {Spec.Name} with another spec than {checkpoint.Path}; export the checkpoint again.");
        }

        checkpoint = checkpoint.WithInputSides(Spec.Input.Height, Spec.Input.Width);
        var usual = ParityLimits.For(_precision);
        ParityLimits chosen = limits?.Invoke(usual) ?? usual;
        _probe = new OnnxProbe(onnxPath, checkpoint.Network, _precision);
        var weights = Weights.Load(checkpoint, CPU);
        _comparisons.Add(new Comparison(AsTrained, Spec, weights, chosen));
        if (_precision == "int8-exact")
            _comparisons.Add(new Comparison(Rounded, Spec, RoundedWeights.Of(checkpoint, weights), ParityLimits.Equal));
    }

    /// <summary>The graph's: the checkpoint's, but that its input may be of another size.</summary>
    public ModelSpec Spec { get; }

    /// <summary>Compares on one picture, uint8 [H, W, 3].</summary>
    public void Add(byte[] pixels)
    {
        using Tensor batch = tensor(pixels, [1, Spec.Input.Height, Spec.Input.Width, Spec.Input.Channels]);
        Compare(batch, _probe.Run(pixels));
    }

    /// <summary>Compares on the frames of one event recording, counts [T, 2, H, W].</summary>
    public void Add(float[] counts)
    {
        InputSpec input = Spec.Input;
        using Tensor batch = tensor(counts, [1, Spec.Backbone.TimeSteps, input.Channels, input.Height, input.Width]);
        Compare(batch, _probe.Run(counts));
    }

    public ParityReport Report() => new(_precision, _inputs, [.. _comparisons.Select(comparison => comparison.Report())]);

    public void Dispose()
    {
        _probe.Dispose();
        foreach (Comparison comparison in _comparisons)
            comparison.Dispose();
    }

    private void Compare(Tensor batch, OnnxActivity onnx)
    {
        _inputs++;
        foreach (Comparison comparison in _comparisons)
            comparison.Add(batch, onnx);
    }

    private static ModelSpec WithSizeOf(ModelSpec spec, ModelSpec other) =>
        spec with { Input = spec.Input with { Height = other.Input.Height, Width = other.Input.Width } };
}
