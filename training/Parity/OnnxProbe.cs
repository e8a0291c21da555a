using System.Globalization;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SpikingDetector.Core;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Proto;

namespace SpikingDetector.Training.Parity;

/// <summary>
/// An exported graph with the spikes of every neuron layer as additional outputs. The exporter names a layer's nodes
/// after its module path and step, so they are found by name.
/// </summary>
internal sealed class OnnxProbe : IDisposable
{
    private readonly InferenceSession _session;
    private readonly Dictionary<string, string[]> _spikesOfLayers = [];
    private readonly string _inputName;
    private readonly long[] _inputShape;
    private readonly long _batch;

    public OnnxProbe(string path, NetworkLayout network)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        OutputNames = [.. model.Graph.Output.Select(output => output.Name)];
        Dictionary<string, string> castOutputs = model.Graph.Node
            .Where(node => node.OpType == "Cast")
            .ToDictionary(node => node.Name, node => node.Output[0]);
        foreach (string layer in network.NeuronLayers)
        {
            _spikesOfLayers[layer] = [.. Enumerable.Range(0, network.Spec.Backbone.TimeSteps).Select(step => Spikes(layer, step))];
            foreach (string name in _spikesOfLayers[layer])
                model.Graph.Output.Add(new ValueInfoProto { Name = name, Type = FloatTensor() });
        }

        ValueInfoProto input = model.Graph.Input[0];
        _inputName = input.Name;
        _inputShape = [.. input.Type.TensorType.Shape.Dim.Select(side => side.HasDimValue ? side.DimValue : 1)];
        _batch = _inputShape[0];
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(model.ToByteArray(), options);

        string Spikes(string layer, int step)
        {
            string node = string.Create(CultureInfo.InvariantCulture, $"{layer}/t{step}/Cast");
            return castOutputs.TryGetValue(node, out string? output)
                ? output
                : throw new InvalidInputException($"{path} has no node '{node}', so its spikes cannot be compared; export the checkpoint again.");
        }
    }

    /// <summary>The outputs that the file has by itself.</summary>
    public IReadOnlyList<string> OutputNames { get; }

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
        string[] names = [.. OutputNames, .. _spikesOfLayers.Values.SelectMany(layer => layer)];
        using IDisposableReadOnlyCollection<OrtValue> values = _session.Run(options, [_inputName], [input], names);
        Dictionary<string, float[]> floats = names.Zip(values)
            .Where(pair => pair.Second.GetTensorTypeAndShape().ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float)
            .ToDictionary(pair => pair.First, pair => FirstRow(pair.Second));
        long[] labels = [];
        for (int i = 0; i < names.Length; i++)
        {
            if (names[i] == "labels")
                labels = values[i].GetTensorDataAsSpan<long>()[..(int)(values[i].GetTensorTypeAndShape().ElementCount / _batch)].ToArray();
        }

        return new OnnxActivity(
            floats, labels, _spikesOfLayers.ToDictionary(layer => layer.Key, layer => layer.Value.Select(name => floats[name]).ToArray()));
    }

    public void Dispose() => _session.Dispose();

    private float[] FirstRow(OrtValue value) =>
        value.GetTensorDataAsSpan<float>()[..(int)(value.GetTensorTypeAndShape().ElementCount / _batch)].ToArray();

    private static TypeProto FloatTensor() => new()
    {
        TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float },
    };
}
