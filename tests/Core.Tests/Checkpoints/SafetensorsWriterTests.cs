using SpikingDetector.Core.Checkpoints;

namespace SpikingDetector.Core.Tests.Checkpoints;

public sealed class SafetensorsWriterTests : IDisposable
{
    private static readonly Dictionary<string, string> Metadata = new()
    {
        ["spec"] = """{"name": "a \"quoted\" text", "lines": "1\n2"}""",
        ["epoch"] = "7",
        ["language"] = "日本語, ü, \U0001F642",
        ["empty"] = "",
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ReadsBackAsTheSameTensorsAndMetadata()
    {
        string path = Write("a.safetensors", Metadata);

        using SafetensorsFile file = SafetensorsFile.Open(path);

        Assert.Equal(Metadata.OrderBy(pair => pair.Key), file.Metadata.OrderBy(pair => pair.Key));
        Assert.Equal(["weight", "count", "scalar", "none", "bytes", "half"], file.Tensors.Keys);
        Assert.Equal([2L, 3], file.Tensors["weight"].Shape);
        Assert.Equal([1.5f, -0f, float.NaN, float.PositiveInfinity, float.Epsilon, -3.25f], file.ReadSingles("weight"));
        Assert.Equal([long.MinValue, -1, long.MaxValue], file.ReadInt64s("count"));
        Assert.Empty(file.Tensors["scalar"].Shape);
        Assert.Equal(1, file.Tensors["scalar"].Elements);
        Assert.Equal([42f], file.ReadSingles("scalar"));
        Assert.Equal([0L, 5], file.Tensors["none"].Shape);
        Assert.Empty(file.ReadSingles("none"));
        Assert.Equal([1, 2, 3], file.ReadBytes("bytes"));
        Assert.Equal(TensorType.Float16, file.Tensors["half"].Type);
        Assert.Equal([0, 0x3C], file.ReadBytes("half"));
    }

    [Fact]
    public void Write_TheSameContent_GivesTheSameBytes()
    {
        byte[] first = File.ReadAllBytes(Write("a.safetensors", Metadata));
        byte[] second = File.ReadAllBytes(Write("b.safetensors", Metadata.Reverse().ToDictionary()));

        Assert.Equal(first, second);
        Assert.NotEqual(first, File.ReadAllBytes(Write("c.safetensors", new() { ["epoch"] = "8" })));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Write_DataBeginsAtAMultipleOf8Bytes(int nameLength)
    {
        string path = _folder.File("a.safetensors");
        SafetensorsWriter.Write(
            path, new Dictionary<string, string>(), [TensorData.Of(new string('n', nameLength + 1), [2], (float[])[1, 2])]);

        byte[] bytes = File.ReadAllBytes(path);

        Assert.Equal(0, RawSafetensors.HeaderLength(bytes) % 8);
        Assert.Equal(8 + RawSafetensors.HeaderLength(bytes) + 8, bytes.Length);
        Assert.Equal(1f, BitConverter.ToSingle(bytes, bytes.Length - 8));
    }

    [Fact]
    public void Write_ReplacesAFile_AndLeavesNothingBeside()
    {
        string path = Write("a.safetensors", Metadata);
        SafetensorsWriter.Write(path, new Dictionary<string, string>(), [TensorData.Of("x", [1], (long[])[9])]);

        using SafetensorsFile file = SafetensorsFile.Open(path);

        Assert.Equal(["x"], file.Tensors.Keys);
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Read_AnEmptyTensorAtTheEndOfTheFile_IsEmpty()
    {
        string path = _folder.File("a.safetensors");
        SafetensorsWriter.Write(path, new Dictionary<string, string>(), [TensorData.Of("none", [0], Array.Empty<float>())]);

        using SafetensorsFile file = SafetensorsFile.Open(path);

        Assert.Empty(file.ReadSingles("none"));
    }

    [Fact]
    public void Read_AnUnknownTensorOrAnotherType_IsNamed()
    {
        using SafetensorsFile file = SafetensorsFile.Open(Write("a.safetensors", Metadata));

        Assert.Equal($"{file.Path}: there is no tensor 'bias'.", Refusal(() => file.ReadBytes("bias")));
        Assert.Equal($"{file.Path}: tensor 'count' must be F32, but is I64.", Refusal(() => file.ReadSingles("count")));
        Assert.Equal($"{file.Path}: tensor 'weight' must be I64, but is F32.", Refusal(() => file.ReadInt64s("weight")));
    }

    private static string Refusal(Func<object> read) => Assert.Throws<InvalidInputException>(read).Message;

    private string Write(string name, Dictionary<string, string> metadata)
    {
        string path = _folder.File(name);
        SafetensorsWriter.Write(path, metadata,
        [
            TensorData.Of("weight", [2, 3], (float[])[1.5f, -0f, float.NaN, float.PositiveInfinity, float.Epsilon, -3.25f]),
            TensorData.Of("count", [3], (long[])[long.MinValue, -1, long.MaxValue]),
            TensorData.Of("scalar", [], (float[])[42]),
            TensorData.Of("none", [0, 5], Array.Empty<float>()),
            new TensorData("bytes", TensorType.UInt8, [3], (byte[])[1, 2, 3]),
            new TensorData("half", TensorType.Float16, [1], (byte[])[0, 0x3C]),
        ]);
        return path;
    }
}
