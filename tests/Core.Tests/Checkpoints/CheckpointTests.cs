using System.Security.Cryptography;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Tests;

namespace SpikingDetector.Core.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ReadsBackAsTheSameNetwork()
    {
        string path = _folder.File("a.safetensors");
        Checkpoint.Write(path, SmallCheckpoint.Spec, SmallCheckpoint.Metadata, tensor => SmallCheckpoint.Bytes(tensor));

        using Checkpoint checkpoint = Checkpoint.Open(path);

        Assert.Equal(path, checkpoint.Path);
        Assert.Equivalent(SmallCheckpoint.Spec, checkpoint.Spec, strict: true);
        Assert.Equal("3", checkpoint.Metadata["epoch"]);
        Assert.Equal(["created", "epoch", "spec"], checkpoint.Metadata.Keys.Order(StringComparer.Ordinal));
        Assert.NotEmpty(checkpoint.Tensors);
        foreach (TensorShape tensor in checkpoint.Tensors)
            Assert.Equal(SmallCheckpoint.Values(tensor), checkpoint.Read(tensor.Name));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), checkpoint.ComputeSha256());
    }

    [Fact]
    public void Write_ATensorOfAnotherSize_LeavesTheLastGoodFile()
    {
        string path = _folder.File("a.safetensors");
        Checkpoint.Write(path, SmallCheckpoint.Spec, SmallCheckpoint.Metadata, tensor => SmallCheckpoint.Bytes(tensor));
        byte[] before = File.ReadAllBytes(path);

        Assert.Throws<ArgumentException>(() => Checkpoint.Write(
            path, SmallCheckpoint.Spec, SmallCheckpoint.Metadata, tensor => new byte[tensor.Name == "fc.bias" ? 4 : tensor.Elements * 4]));

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [MemberData(nameof(ReferenceFiles.All), MemberType = typeof(ReferenceFiles))]
    public void Open_ReadsTheReferenceModels(string model)
    {
        using Checkpoint checkpoint = Checkpoint.Open(ReferenceFiles.CheckpointPath(model));

        Assert.Equal(model, checkpoint.Spec.Name);
        Assert.All(checkpoint.Tensors, tensor => Assert.Equal(tensor.Elements, checkpoint.Read(tensor.Name).Length));
    }

    [Fact]
    public void Open_WithoutASpec_IsRefused() => Assert.Equal(
        "the metadata has no 'spec'; expected a checkpoint of this project.", Refusal(SmallCheckpoint.Tensors(), []));

    [Fact]
    public void Open_ABadSpec_NamesTheFieldInIt()
    {
        string json = SmallCheckpoint.Spec.ToJson().Replace("\"time_steps\":2", "\"time_steps\":0", StringComparison.Ordinal);

        string path = Save(SmallCheckpoint.Tensors(), new() { ["spec"] = json });

        Assert.Equal(
            $"{path}, spec: field 'backbone.time_steps' must be a whole number from 1 to 64, but is 0.",
            Assert.Throws<InvalidInputException>(() => Checkpoint.Open(path)).Message);
    }

    [Fact]
    public void Open_AMissingTensor_IsNamedWithItsShape()
    {
        List<TensorData> tensors = SmallCheckpoint.Tensors();
        tensors.RemoveAll(tensor => tensor.Name == "layer4.0.conv2.weight");

        Assert.Equal("tensor 'layer4.0.conv2.weight' of shape [8, 8, 3, 3] is missing; the file's spec needs it.", Refusal(tensors));
    }

    [Fact]
    public void Open_ATensorTooMany_IsNamed()
    {
        List<TensorData> tensors = SmallCheckpoint.Tensors();
        tensors.Add(TensorData.Of("layer4.1.conv1.weight", [1], (float[])[0]));

        Assert.Equal("tensor 'layer4.1.conv1.weight' is not part of the network that the file's spec describes.", Refusal(tensors));
    }

    [Fact]
    public void Open_AnotherShape_IsNamedWithBothShapes() => Assert.Equal(
        "tensor 'fc.weight' must have shape [2, 8], but has [8, 2].",
        Refusal(Replaced("fc.weight", tensor => tensor with { Shape = [8, 2] })));

    [Fact]
    public void Open_AnotherType_IsNamedWithBothTypes() => Assert.Equal(
        "tensor 'bn1.running_var' must be F32, but is I32.",
        Refusal(Replaced("bn1.running_var", tensor => tensor with { Type = TensorType.Int32 })));

    private static List<TensorData> Replaced(string name, Func<TensorData, TensorData> change) =>
        [.. SmallCheckpoint.Tensors().Select(tensor => tensor.Name == name ? change(tensor) : tensor)];

    /// <summary>What the refusal says behind the name of the file.</summary>
    private string Refusal(List<TensorData> tensors, Dictionary<string, string>? metadata = null)
    {
        string path = Save(tensors, metadata ?? new() { ["spec"] = SmallCheckpoint.Spec.ToJson() });
        string message = Assert.Throws<InvalidInputException>(() => Checkpoint.Open(path)).Message;
        Assert.StartsWith($"{path}: ", message, StringComparison.Ordinal);
        return message[(path.Length + 2)..];
    }

    private string Save(List<TensorData> tensors, Dictionary<string, string> metadata)
    {
        string path = _folder.File("bad.safetensors");
        SafetensorsWriter.Write(path, metadata, tensors);
        return path;
    }
}
