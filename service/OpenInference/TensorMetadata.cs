namespace SpikingDetector.Service.OpenInference;

/// <summary>An input or output as the protocol's metadata show it.</summary>
/// <param name="Name">Its name in the ONNX file.</param>
/// <param name="Datatype">UINT8, FP32 or INT64.</param>
/// <param name="Shape">Its sides; −1 stands for any length.</param>
internal sealed record TensorMetadata(string Name, string Datatype, IReadOnlyList<long> Shape)
{
    private const int AnyRows = -1;

    public static TensorMetadata Of(ModelTensor tensor) => new(tensor.Name, tensor.Datatype.Name, tensor.Shape(AnyRows));
}
