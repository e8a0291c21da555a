using System.Text.Json;

namespace SpikingDetector.Service.OpenInference;

/// <summary>
/// The list <c>data</c> of an input, flat or nested as its shape says; its numbers go into the rows as they come.
/// </summary>
internal sealed class JsonData(ModelTensor tensor, InputRows rows)
{
    /// <summary>Elements of a list at each depth; the outermost, 1, has any number.</summary>
    private readonly int[] _lengths = Lengths(tensor.Row);

    /// <summary>Elements that there were when the list of each depth began.</summary>
    private readonly long[] _starts = new long[tensor.Row.Count + 2];

    private int _depth;
    private int _numbersDepth = -1;

    /// <summary>Takes a token.</summary>
    /// <returns>Whether the list goes on.</returns>
    /// <exception cref="Problems.ProblemException">It does not belong there.</exception>
    public bool Take(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                AddNumber(ref reader);
                return true;
            case JsonTokenType.StartArray:
                if (++_depth >= _starts.Length)
                    throw Malformed($"is nested more than {tensor.Row.Count + 1} times");
                _starts[_depth] = rows.Count;
                return true;
            case JsonTokenType.EndArray:
                if (_depth > 1 && rows.Count - _starts[_depth] != _lengths[_depth])
                    throw Malformed("is nested in another way than its shape; it may also be a flat list");
                return --_depth > 0;
            default:
                throw Malformed("holds something else than numbers");
        }
    }

    private void AddNumber(ref Utf8JsonReader reader)
    {
        if (_numbersDepth != _depth)
            CheckDepth();
        if (tensor.Datatype == Datatype.UInt8)
        {
            if (!reader.TryGetByte(out byte value))
                throw InferenceProblem.NoByte(tensor);
            rows.Add(value);
        }
        else
        {
            if (!reader.TryGetSingle(out float value) || !float.IsFinite(value))
                throw Malformed("holds a number beyond FP32");
            rows.Add(value);
        }
    }

    /// <summary>All numbers lie in the outermost list or all in the innermost ones.</summary>
    private void CheckDepth()
    {
        if (_depth == 0)
            throw Malformed("is a number; expected a list");
        if (_numbersDepth != -1 || (_depth != 1 && _depth != _starts.Length - 1))
            throw Malformed("is neither a flat list nor nested as its shape");
        _numbersDepth = _depth;
    }

    private Problems.ProblemException Malformed(string reason) =>
        InferenceProblem.Malformed($"the data of the input '{tensor.Name}' {reason}");

    private static int[] Lengths(IReadOnlyList<int> row)
    {
        var lengths = new int[row.Count + 2];
        int length = 1;
        for (int depth = row.Count + 1; depth > 1; depth--)
            lengths[depth] = length *= row[depth - 2];
        return lengths;
    }
}
