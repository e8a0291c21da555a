using SpikingDetector.Service.Models;

namespace SpikingDetector.Service.OpenInference;

/// <summary>The answer of <c>GET /v2/models/{model}</c>.</summary>
/// <param name="Name">The model.</param>
/// <param name="Versions">Those that can be asked for.</param>
/// <param name="Platform">The protocol's name for ONNX Runtime.</param>
/// <param name="Inputs">What it takes: one tensor.</param>
/// <param name="Outputs">What it answers.</param>
internal sealed record ModelMetadata(
    string Name, IReadOnlyList<string> Versions, string Platform, IReadOnlyList<TensorMetadata> Inputs, IReadOnlyList<TensorMetadata> Outputs)
{
    public const string OnnxRuntime = "onnx_onnxv1";

    public static ModelMetadata Of(ServedModel model, ModelCatalog catalog)
    {
        var tensors = ModelTensors.Of(model);
        IEnumerable<string> versions = catalog.Entries.Select(entry => entry.Model).OfType<ServedModel>()
            .Where(other => other.Name == model.Name)
            .Select(other => other.Version);
        return new ModelMetadata(
            model.Name, [.. versions], OnnxRuntime, [TensorMetadata.Of(tensors.Input)], [.. tensors.Outputs.Select(TensorMetadata.Of)]);
    }
}
