using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SpikingDetector.Core;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Inference;
using SpikingDetector.Proto;

namespace SpikingDetector.Training.Parity;

/// <summary>An exported graph with the spikes of every neuron layer as additional outputs.</summary>
internal sealed class OnnxProbe : IDisposable
{
    private readonly InferenceSession _session;
    private readonly Dictionary<string, string[]> _spikesOfLayers;
    private readonly string[] _outputNames;
    private readonly string _inputName;
    private readonly long[] _inputShape;
    private readonly int _batch;
    private readonly int _timeSteps;

    /// <param name="path">The ONNX file.</param>
    /// <param name="network">What it computes.</param>
    /// <param name="precision">As in the file's metadata.</param>
    /// <exception cref="InvalidInputException">The graph has no nodes of a layer.</exception>
    public OnnxProbe(string path, NetworkLayout network, string? precision)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        _outputNames = [.. model.Graph.Output.Select(output => output.Name)];
        _spikesOfLayers = SpikeTaps.Attach(model, network, precision, path);
        _timeSteps = network.Spec.Backbone.TimeSteps;
        ValueInfoProto input = model.Graph.Input[0];
        _inputName = input.Name;
        _inputShape = [.. input.Type.TensorType.Shape.Dim.Select(side => side.HasDimValue ? side.DimValue : 1)];
        _batch = (int)_inputShape[0];
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = OnnxRuntime.Open(model.ToByteArray(), options);
    }

    /// <summary>
    /// Runs one input, uint8 [H, W, 3] or event counts, float [T, 2, H, W]; a graph of a fixed batch size sees it several
    /// times.
    /// </summary>
    public OnnxActivity Run<T>(T[] elements)
        where T : unmanaged
    {
        var batch = new T[elements.Length * _batch];
        for (int i = 0; i < _batch; i++)
            elements.CopyTo(batch, i * elements.Length);
        using var input = OrtValue.CreateTensorValueFromMemory(batch, _inputShape);
        using var options = new RunOptions();
        string[] names = [.. _outputNames, .. _spikesOfLayers.Values.SelectMany(layer => layer)];
        using IDisposableReadOnlyCollection<OrtValue> values = _session.Run(options, [_inputName], [input], names);
        Dictionary<string, float[]> floats = names.Zip(values)
            .Where(pair => pair.Second.GetTensorTypeAndShape().ElementDataType == TensorElementType.Float)
            .ToDictionary(pair => pair.First, pair => pair.Second.GetTensorDataAsSpan<float>().ToArray());
        int labels = Array.IndexOf(names, "labels");
        return new OnnxActivity(
            _outputNames.Where(floats.ContainsKey).ToDictionary(name => name, name => FirstOfBatch(floats[name], 1)),
            labels < 0 ? [] : FirstOfBatch(values[labels].GetTensorDataAsSpan<long>().ToArray(), 1),
            _spikesOfLayers.ToDictionary(
                layer => layer.Key, layer => FirstOfBatch([.. layer.Value.SelectMany(name => floats[name])], _timeSteps)));
    }

    public void Dispose() => _session.Dispose();

    /// <summary>Of each of the outer rows, which hold the whole batch, the part of its first input.</summary>
    private T[] FirstOfBatch<T>(T[] elements, int outerRows)
    {
        int row = elements.Length / outerRows;
        return _batch == 1 ? elements : [.. elements.Chunk(Math.Max(row, 1)).SelectMany(all => all.Take(row / _batch))];
    }
}
