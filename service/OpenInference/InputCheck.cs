namespace SpikingDetector.Service.OpenInference;

/// <summary>Holds what a request says of its input against what the model takes.</summary>
internal static class InputCheck
{
    private const int MostSides = 16;

    /// <summary>Checks an input's description.</summary>
    /// <returns>The number of its rows: pictures or recordings.</returns>
    /// <exception cref="Problems.ProblemException">It is not the model's input, or has no or too many rows.</exception>
    public static int Rows(ModelTensor expected, string? name, string? datatype, IReadOnlyCollection<long>? shape, int maxRows)
    {
        if (name != expected.Name)
            throw InferenceProblem.Malformed($"the name of an input is {Quote(name)}; the model has only the input '{expected.Name}'");
        if (datatype != expected.Datatype.Name)
            throw InferenceProblem.Malformed($"the datatype of the input '{name}' is {Quote(datatype)}; expected {expected.Datatype.Name}");
        if (shape is null || shape.Count != expected.Row.Count + 1 || !shape.Skip(1).SequenceEqual(expected.Row.Select(side => (long)side)))
            throw InferenceProblem.Malformed($"the shape of the input '{name}' is {Describe(shape)}; expected [N, {string.Join(", ", expected.Row)}]");

        long rows = shape.First();
        if (rows < 1)
            throw InferenceProblem.Malformed($"the input '{name}' has {rows} rows; expected at least one");
        return rows <= maxRows ? (int)rows : throw InferenceProblem.TooManyRows(maxRows);
    }

    /// <summary>Checks that all elements of the described rows have come, and no more.</summary>
    /// <exception cref="Problems.ProblemException">It is another number.</exception>
    public static void Elements(ModelTensor expected, int rows, long elements)
    {
        if (elements != (long)rows * expected.RowLength)
        {
            throw InferenceProblem.Malformed(
                $"the input '{expected.Name}' has {elements} elements; expected {(long)rows * expected.RowLength} for its shape "
                + $"[{string.Join(", ", expected.Shape(rows))}]");
        }
    }

    private static string Quote(string? text) => string.IsNullOrEmpty(text) ? "left out" : $"'{InferenceProblem.Shorten(text)}'";

    private static string Describe(IReadOnlyCollection<long>? shape) => shape switch
    {
        null => "left out",
        { Count: > MostSides } => $"one of {shape.Count} sides",
        _ => $"[{string.Join(", ", shape)}]",
    };
}
