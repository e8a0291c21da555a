using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Checkpoints;

/// <summary>
/// A trained network in one safetensors file: the spec as JSON in the metadata and float32 tensors under
/// torchvision's names. It alone is enough to rebuild, export and serve the model.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    private const string SpecKey = "spec";

    private readonly SafetensorsFile _file;

    private Checkpoint(SafetensorsFile file, NetworkLayout network, IReadOnlyList<TensorShape> tensors)
    {
        _file = file;
        Network = network;
        Tensors = tensors;
    }

    public string Path => _file.Path;

    public ModelSpec Spec => Network.Spec;

    public NetworkLayout Network { get; }

    /// <summary>The tensors of the network, all of them present in the file.</summary>
    public IReadOnlyList<TensorShape> Tensors { get; }

    /// <summary>Spec and whatever was noted beside it: epoch, metrics, recipe, created.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _file.Metadata;

    /// <summary>Opens a checkpoint and checks spec, names, shapes and types of all tensors.</summary>
    /// <exception cref="InvalidInputException">One sentence that names the file, the tensor or field, what was expected and found.</exception>
    public static Checkpoint Open(string path)
    {
        SafetensorsFile file = SafetensorsFile.Open(path);
        try
        {
            if (!file.Metadata.TryGetValue(SpecKey, out string? json))
                throw new InvalidInputException($"{path}: the metadata has no '{SpecKey}'; expected a checkpoint of this project.");
            NetworkLayout network = NetworkLayout.Of(ModelSpec.Parse(json, $"{path}, spec"));
            IReadOnlyList<TensorShape> tensors = TensorLayout.Of(network);
            Check(file, tensors);
            return new Checkpoint(file, network, tensors);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes a checkpoint whole or not at all. The tensors must be those of the spec's network.</summary>
    public static void Write(
        string path, ModelSpec spec, IReadOnlyDictionary<string, string> metadata, Func<TensorShape, ReadOnlyMemory<byte>> float32Bytes)
    {
        var all = new Dictionary<string, string>(metadata) { [SpecKey] = spec.ToJson() };
        TensorData[] tensors = [.. TensorLayout.Of(NetworkLayout.Of(spec)).Select(tensor =>
        {
            ReadOnlyMemory<byte> bytes = float32Bytes(tensor);
            return bytes.Length == tensor.Elements * sizeof(float)
                ? new TensorData(tensor.Name, TensorType.Float32, tensor.Shape, bytes)
                : throw new ArgumentException($"tensor '{tensor.Name}' has {bytes.Length} bytes, expected {tensor.Elements * sizeof(float)}");
        })];
        SafetensorsWriter.Write(path, all, tensors);
    }

    /// <summary>
    /// The same network for inputs of other sides, on which no tensor depends. It reads the same file: disposing one of the two
    /// closes it for both.
    /// </summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Positions of a row.</param>
    /// <exception cref="InvalidInputException">A spec must not have such sides; the sentence is that of the spec.</exception>
    public Checkpoint WithInputSides(int height, int width)
    {
        ModelSpec changed = Spec with { Input = Spec.Input with { Height = height, Width = width } };
        return new Checkpoint(_file, NetworkLayout.Of(ModelSpec.Parse(changed.ToJson(), $"{Path}, spec with other input sides")), Tensors);
    }

    /// <summary>The values of a tensor, row-major.</summary>
    public float[] Read(string name) => _file.ReadSingles(name);

    /// <summary>The SHA-256 of the whole file in lower-case hexadecimal.</summary>
    public string ComputeSha256() => _file.ComputeSha256();

    public void Dispose() => _file.Dispose();

    private static void Check(SafetensorsFile file, IReadOnlyList<TensorShape> expected)
    {
        foreach (TensorShape tensor in expected)
        {
            if (!file.Tensors.TryGetValue(tensor.Name, out TensorEntry? found))
            {
                throw new InvalidInputException(
                    $"{file.Path}: tensor '{tensor.Name}' of shape {Format(tensor.Shape)} is missing; the file's spec needs it.");
            }

            if (found.Type != TensorType.Float32)
            {
                throw new InvalidInputException(
                    $"{file.Path}: tensor '{tensor.Name}' must be {TensorTypes.Name(TensorType.Float32)}, but is {TensorTypes.Name(found.Type)}.");
            }

            if (!found.Shape.SequenceEqual(tensor.Shape))
            {
                throw new InvalidInputException(
                    $"{file.Path}: tensor '{tensor.Name}' must have shape {Format(tensor.Shape)}, but has {Format(found.Shape)}.");
            }
        }

        var names = expected.Select(tensor => tensor.Name).ToHashSet();
        foreach (string name in file.Tensors.Keys)
        {
            if (!names.Contains(name))
                throw new InvalidInputException($"{file.Path}: tensor '{name}' is not part of the network that the file's spec describes.");
        }
    }

    private static string Format(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";
}
