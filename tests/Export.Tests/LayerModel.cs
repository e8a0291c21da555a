using Google.Protobuf;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Tests;

/// <summary>A graph of a few layers, built by a test and run in ONNX Runtime.</summary>
internal static class LayerModel
{
    /// <summary>Runs what <paramref name="build"/> adds to an empty graph; it declares inputs and outputs itself.</summary>
    public static Dictionary<string, Tensor> Run(Action<GraphBuilder> build, params (string Name, Tensor Tensor)[] inputs)
    {
        var graph = new GraphBuilder("layer");
        build(graph);
        using var model = new OnnxModel(graph.Build([]).ToByteArray());
        return model.Run(inputs);
    }
}
