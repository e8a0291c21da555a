using System.Buffers;
using System.Runtime.InteropServices;
using SpikingDetector.Inference;
using SpikingDetector.Service.Models;

namespace SpikingDetector.Service.OpenInference;

/// <summary>
/// The elements of a request's input as they come, cut into rows: each finished one is an input of the network. Holds no more
/// than the rows and the one that is being filled, whatever the request says of its size. Dispose of it after the run.
/// </summary>
internal sealed class InputRows : IDisposable
{
    private readonly ServedModel _model;
    private readonly ModelTensor _tensor;
    private readonly int _maxRows;
    private readonly List<InputBatch> _finished = [];
    private byte[] _row;
    private int _filled;

    public InputRows(ServedModel model, ModelTensor tensor, int maxRows)
    {
        _model = model;
        _tensor = tensor;
        _maxRows = maxRows;
        _row = ArrayPool<byte>.Shared.Rent(tensor.RowBytes);
    }

    /// <summary>The finished rows.</summary>
    public IReadOnlyList<InputBatch> Finished => _finished;

    /// <summary>Elements so far.</summary>
    public long Count => (long)_finished.Count * _tensor.RowLength + _filled / _tensor.Datatype.Size;

    /// <summary>Appends a pixel's colour.</summary>
    public void Add(byte value)
    {
        _row[_filled++] = value;
        FinishFullRow();
    }

    /// <summary>Appends a count of events.</summary>
    public void Add(float value)
    {
        MemoryMarshal.Write(_row.AsSpan(_filled), value);
        _filled += sizeof(float);
        FinishFullRow();
    }

    /// <summary>Appends elements as they lie in memory, little-endian; they may be cut anywhere.</summary>
    public void AddRaw(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int taken = Math.Min(bytes.Length, _tensor.RowBytes - _filled);
            bytes[..taken].CopyTo(_row.AsSpan(_filled));
            _filled += taken;
            bytes = bytes[taken..];
            FinishFullRow();
        }
    }

    public void Dispose()
    {
        foreach (InputBatch row in _finished)
            row.Dispose();
        _finished.Clear();
        ArrayPool<byte>.Shared.Return(_row);
        _row = [];
    }

    private void FinishFullRow()
    {
        if (_filled < _tensor.RowBytes)
            return;
        if (_finished.Count == _maxRows)
            throw InferenceProblem.TooManyRows(_maxRows);

        ReadOnlySpan<byte> row = _row.AsSpan(0, _filled);
        _finished.Add(_model.TakesEvents ? Events(MemoryMarshal.Cast<byte, float>(row)) : Picture(row));
        _filled = 0;
    }

    private PictureBatch Picture(ReadOnlySpan<byte> pixels)
    {
        PictureBatch batch = _model.Session.CreateBatch();
        batch.Add(pixels);
        return batch;
    }

    private EventBatch Events(ReadOnlySpan<float> counts)
    {
        foreach (float count in counts)
        {
            if (!(count >= 0 && float.IsFinite(count)))
                throw InferenceProblem.Malformed($"the input '{_tensor.Name}' holds a number that is no count of events (negative, infinite or none)");
        }

        EventBatch batch = _model.Session.CreateEventBatch();
        batch.Add(counts);
        return batch;
    }
}
