using Microsoft.ML.OnnxRuntime;

namespace SpikingDetector.Inference;

/// <summary>
/// What a run answered, by name. The numbers lie in ONNX Runtime's memory: read them before disposing of this.
/// </summary>
public sealed class ModelOutputs : IDisposable
{
    private readonly IReadOnlyList<string> _names;
    private readonly IDisposableReadOnlyCollection<OrtValue> _values;

    internal ModelOutputs(IReadOnlyList<string> names, IDisposableReadOnlyCollection<OrtValue> values)
    {
        _names = names;
        _values = values;
    }

    /// <summary>The outputs that this run computed.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Lengths of the output's sides; the first is the batch.</summary>
    public IReadOnlyList<long> Shape(string name) => Value(name).GetTensorTypeAndShape().Shape;

    /// <summary>All numbers of a float output, the last side running fastest.</summary>
    public ReadOnlySpan<float> Floats(string name) => Value(name).GetTensorDataAsSpan<float>();

    /// <summary>All numbers of an int64 output, the last side running fastest.</summary>
    public ReadOnlySpan<long> Longs(string name) => Value(name).GetTensorDataAsSpan<long>();

    public void Dispose() => _values.Dispose();

    private OrtValue Value(string name)
    {
        for (int i = 0; i < _names.Count; i++)
        {
            if (_names[i] == name)
                return _values[i];
        }

        throw new ArgumentException($"There is no output '{name}'; the outputs are {string.Join(", ", _names)}.", nameof(name));
    }
}
