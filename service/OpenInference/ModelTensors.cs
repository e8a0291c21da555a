using SpikingDetector.Core.Specs;
using SpikingDetector.Service.Models;

namespace SpikingDetector.Service.OpenInference;

/// <summary>The tensors of a model, as its spec has them: what the protocol's metadata tell and requests are held against.</summary>
/// <param name="Input">The one input.</param>
/// <param name="Outputs">In the order in which they are answered.</param>
internal sealed record ModelTensors(ModelTensor Input, IReadOnlyList<ModelTensor> Outputs)
{
    public static ModelTensors Of(ServedModel model)
    {
        ModelSpec spec = model.Spec;
        InputSpec input = spec.Input;
        return new ModelTensors(
            model.TakesEvents
                ? new ModelTensor("events", Datatype.Fp32, [spec.Backbone.TimeSteps, input.Channels, input.Height, input.Width])
                : new ModelTensor("image", Datatype.UInt8, [input.Height, input.Width, input.Channels]),
            [.. OutputsOf(model)]);
    }

    private static IEnumerable<ModelTensor> OutputsOf(ServedModel model)
    {
        ModelSpec spec = model.Spec;
        if (spec.Detector is { } detector)
        {
            yield return new ModelTensor("boxes", Datatype.Fp32, [detector.MaxDetections, 4]);
            yield return new ModelTensor("scores", Datatype.Fp32, [detector.MaxDetections]);
            yield return new ModelTensor("labels", Datatype.Int64, [detector.MaxDetections]);
        }
        else
        {
            yield return new ModelTensor("logits", Datatype.Fp32, [spec.ClassCount]);
            yield return new ModelTensor("probabilities", Datatype.Fp32, [spec.ClassCount]);
        }

        const string activity = "firing_rates";
        if (model.Session.OutputNames.Contains(activity))
            yield return new ModelTensor(activity, Datatype.Fp32, [model.Session.Metadata.ActivityLayers.Count]);
    }
}
