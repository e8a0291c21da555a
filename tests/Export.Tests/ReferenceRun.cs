using Google.Protobuf;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Proto;
using SpikingDetector.Tests;

namespace SpikingDetector.Export.Tests;

/// <summary>A reference network, exported and asked about its own inputs.</summary>
internal static class ReferenceRun
{
    public static (Dictionary<string, Tensor> Outputs, ModelProto Model) Of(string name, ExportOptions options, Func<ModelProto, ModelProto>? change = null)
    {
        ModelProto proto = ReferenceModels.Export(name, options);
        proto = change?.Invoke(proto) ?? proto;
        using SafetensorsFile expected = ReferenceFiles.Expected(name);
        string input = expected.Tensors.ContainsKey("events") ? "events" : "pixels";
        int[] shape = [.. expected.Tensors[input].Shape.Select(side => (int)side)];
        byte[] bytes = expected.ReadBytes(input);
        using var model = new OnnxModel(proto.ToByteArray());
        return (model.Run(input == "events"
            ? ("events", Tensor.Of([.. bytes.Select(count => (float)count)], shape))
            : ("image", Tensor.Of(bytes, shape))), proto);
    }
}
