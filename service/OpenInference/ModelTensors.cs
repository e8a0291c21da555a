using SpikingDetector.Core.Specs;
using SpikingDetector.Inference;
using SpikingDetector.Service.Models;

namespace SpikingDetector.Service.OpenInference;

/// <summary>The tensors of a model: what the protocol's metadata tell and requests are held against.</summary>
/// <param name="Input">The one input.</param>
/// <param name="Outputs">In the order in which they are answered.</param>
internal sealed record ModelTensors(ModelTensor Input, IReadOnlyList<ModelTensor> Outputs)
{
    public static ModelTensors Of(ServedModel model)
    {
        InputSpec input = model.Spec.Input;
        return new ModelTensors(
            model.TakesEvents
                ? new ModelTensor("events", Datatype.Fp32, [model.Spec.Backbone.TimeSteps, input.Channels, input.Height, input.Width])
                : new ModelTensor("image", Datatype.UInt8, [input.Height, input.Width, input.Channels]),
            [.. model.Session.Outputs.Select(Of)]);
    }

    private static ModelTensor Of(OutputTensor output) =>
        new(output.Name, output.ElementType == typeof(long) ? Datatype.Int64 : Datatype.Fp32, output.Row);
}
