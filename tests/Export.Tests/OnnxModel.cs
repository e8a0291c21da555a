using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace SpikingDetector.Export.Tests;

/// <summary>An ONNX file in plain ONNX Runtime on the CPU, without any code of this project.</summary>
public sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;

    public OnnxModel(byte[] file)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        _session = new InferenceSession(file, options);
    }

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    public int[] InputShape(string name) => _session.InputMetadata[name].Dimensions;

    public int[] OutputShape(string name) => _session.OutputMetadata[name].Dimensions;

    public IEnumerable<string> OutputNames => _session.OutputNames;

    public Dictionary<string, Tensor> Run(params (string Name, Tensor Tensor)[] inputs)
    {
        var values = new Dictionary<string, OrtValue>();
        using var run = new RunOptions();
        try
        {
            foreach ((string name, Tensor tensor) in inputs)
                values.Add(name, ToOrtValue(tensor));
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(run, values, _session.OutputNames);
            return _session.OutputNames.Zip(results).ToDictionary(pair => pair.First, pair => FromOrtValue(pair.Second));
        }
        finally
        {
            foreach (OrtValue value in values.Values)
                value.Dispose();
        }
    }

    public void Dispose() => _session.Dispose();

    private static OrtValue ToOrtValue(Tensor tensor)
    {
        long[] shape = [.. tensor.Shape.Select(side => (long)side)];
        return tensor.Elements switch
        {
            float[] floats => OrtValue.CreateTensorValueFromMemory(floats, shape),
            long[] longs => OrtValue.CreateTensorValueFromMemory(longs, shape),
            byte[] bytes => OrtValue.CreateTensorValueFromMemory(bytes, shape),
            _ => throw new NotSupportedException(),
        };
    }

    private static Tensor FromOrtValue(OrtValue value)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        int[] shape = [.. info.Shape.Select(side => (int)side)];
        return info.ElementDataType switch
        {
            TensorElementType.Float => Tensor.Of(value.GetTensorDataAsSpan<float>().ToArray(), shape),
            TensorElementType.Int64 => Tensor.Of(value.GetTensorDataAsSpan<long>().ToArray(), shape),
            _ => throw new NotSupportedException($"{info.ElementDataType}"),
        };
    }
}
