namespace SpikingDetector.Service.OpenInference;

/// <summary>An input or output of a model.</summary>
/// <param name="Name">Its name in the ONNX file.</param>
/// <param name="Datatype">Its elements.</param>
/// <param name="Row">Sides of one picture's or recording's part; the tensor has one more in front, the number of these.</param>
internal sealed record ModelTensor(string Name, Datatype Datatype, IReadOnlyList<int> Row)
{
    /// <summary>Elements of a row.</summary>
    public int RowLength { get; } = Row.Aggregate(1, (product, side) => checked(product * side));

    /// <summary>Bytes of a row.</summary>
    public int RowBytes => checked(RowLength * Datatype.Size);

    /// <summary>The whole shape for a number of rows; −1 stands for any number.</summary>
    public long[] Shape(int rows) => [rows, .. Row];
}
