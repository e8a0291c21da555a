using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SpikingDetector.Core;

namespace SpikingDetector.Export.Benchmarks;

/// <summary>The one input of a model and random values for it, the same at each start.</summary>
internal sealed class RandomInput
{
    private const int Seed = 1;
    private const int Free = -1;

    private readonly string _path;
    private readonly TensorElementType _type;
    private readonly int[] _sides;

    private RandomInput(string path, string name, NodeMetadata tensor)
    {
        _path = path;
        Name = name;
        _type = tensor.ElementDataType;
        _sides = tensor.Dimensions;
    }

    public string Name { get; }

    /// <summary>The batch that the graph is fixed to; null where it takes any.</summary>
    public int? FixedBatch => _sides[0] == Free ? null : _sides[0];

    /// <summary>The input of a loaded graph.</summary>
    /// <exception cref="InvalidInputException">It is not one tensor of uint8 or float whose sides but the first are known.</exception>
    public static RandomInput Of(InferenceSession session, string path)
    {
        if (session.InputMetadata.Count != 1)
        {
            throw new InvalidInputException(
                $"{path} has {session.InputMetadata.Count} inputs ({string.Join(", ", session.InputMetadata.Keys)}); "
                + "benchmark can only feed a model with one, of uint8 or float.");
        }

        (string name, NodeMetadata input) = session.InputMetadata.Single();
        bool fits = input.IsTensor
            && input.ElementDataType is TensorElementType.UInt8 or TensorElementType.Float
            && input.Dimensions.Length > 1
            && input.Dimensions.Skip(1).All(side => side > 0);
        if (!fits)
        {
            throw new InvalidInputException(
                $"{path}: the input '{name}' is {Describe(input)}; benchmark can only feed uint8 or float "
                + "whose sides but the first, the batch, are known.");
        }

        return new RandomInput(path, name, input);
    }

    /// <summary>Bytes 0…255, or for a float input counts 0…3 of which most are 0, as in frames of events.</summary>
    /// <param name="batch">Length of the first side.</param>
    /// <exception cref="InvalidInputException">The graph is fixed to another batch.</exception>
    public OrtValue Fill(int batch)
    {
        if (FixedBatch is { } own && own != batch)
        {
            throw new InvalidInputException(
                $"{_path} takes {own} at a time and nothing else, but the batch is {batch}; "
                + "give --batch the same number or models that are all made for one.");
        }

        long[] shape = [batch, .. _sides.Skip(1)];
        long length = shape.Aggregate(1L, (product, side) => product * side);
        if (length > Array.MaxLength)
            throw new InvalidInputException($"{_path}: {batch} inputs at a time are too many to hold in memory; give a smaller --batch.");

        var random = new Random(Seed);
        if (_type == TensorElementType.UInt8)
        {
            byte[] bytes = new byte[length];
            random.NextBytes(bytes);
            return OrtValue.CreateTensorValueFromMemory(bytes, shape);
        }

        float[] counts = new float[length];
        for (int i = 0; i < counts.Length; i++)
            counts[i] = Math.Max(random.Next(-3, 4), 0);
        return OrtValue.CreateTensorValueFromMemory(counts, shape);
    }

    private static string Describe(NodeMetadata input)
    {
        if (!input.IsTensor)
            return "no tensor";
        IEnumerable<string> sides = input.Dimensions.Select((side, i) =>
            side != Free ? side.ToString(CultureInfo.InvariantCulture) : input.SymbolicDimensions[i] is { Length: > 0 } name ? name : "?");
        return $"{input.ElementDataType.ToString().ToLowerInvariant()} [{string.Join(", ", sides)}]";
    }
}
