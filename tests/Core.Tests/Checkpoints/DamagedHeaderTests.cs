using SpikingDetector.Core.Checkpoints;

namespace SpikingDetector.Core.Tests.Checkpoints;

/// <summary>Random damage in the first bytes of a file: it is read or refused, and nothing else happens.</summary>
public sealed class DamagedHeaderTests : IDisposable
{
    private const int Variants = 2_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_RandomBytesInTheHeader_AreReadOrRefused()
    {
        string path = _folder.File("a.safetensors");
        SafetensorsWriter.Write(
            path,
            new Dictionary<string, string> { ["k"] = "text \"é\"" },
            [TensorData.Of("weight", [2, 3], new float[6]), TensorData.Of("größe", [4], new long[4])]);

        Damage(path, random => (byte)random.Next(256), () =>
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            foreach (string name in file.Tensors.Keys)
                file.ReadBytes(name);
        });
    }

    [Fact]
    public void OpenCheckpoint_OtherCharactersInTheHeader_AreReadOrRefused()
    {
        const string characters = "{}[]\",:\\u0123456789.-+eEtfnN x\0\u007F";
        string path = _folder.File("a.safetensors");
        Checkpoint.Write(path, SmallCheckpoint.Spec, SmallCheckpoint.Metadata, tensor => SmallCheckpoint.Bytes(tensor));

        Damage(path, random => (byte)characters[random.Next(characters.Length)], () =>
        {
            using Checkpoint checkpoint = Checkpoint.Open(path);
            foreach (Core.Architecture.TensorShape tensor in checkpoint.Tensors)
                checkpoint.Read(tensor.Name);
        });
    }

    private static void Damage(string path, Func<Random, byte> draw, Action read)
    {
        byte[] valid = File.ReadAllBytes(path);
        int end = 8 + RawSafetensors.HeaderLength(valid);
        var random = new Random(20230822);
        int refused = 0;
        for (int variant = 0; variant < Variants; variant++)
        {
            byte[] damaged = [.. valid];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                damaged[random.Next(end)] = draw(random);
            File.WriteAllBytes(path, damaged);
            try
            {
                read();
            }
            catch (InvalidInputException exception)
            {
                Assert.Contains(path, exception.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        // Neither outcome is vacuous: most damage is seen, some falls into texts that may say anything.
        Assert.InRange(refused, Variants / 2, Variants - 1);
    }
}
