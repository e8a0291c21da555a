using SpikingDetector.Core.Data;
using SpikingDetector.Core.Images;
using SpikingDetector.Tests;

namespace SpikingDetector.Core.Tests.Data;

public sealed class CifarFolderTests : IDisposable
{
    private static readonly string[] Ten = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("cifar-10-batches-bin")]
    public void Open_Cifar10_TrainsOnTheDataBatchesAndMeasuresOnTheTestBatch(string below)
    {
        CifarFiles.WriteCifar10(Path.Combine(_folder.Path, below), Ten);
        File.WriteAllText(_folder.File("readme.html"), "as in the archive");

        ClassFolder opened = ClassFolder.Open(_folder.Path);

        Assert.Equal(DataFolderKind.Classes, DataFolder.Recognise(_folder.Path));
        Assert.Equal(ClassFileKind.Pictures, opened.Kind);
        Assert.Equal(Ten, opened.Train!.ClassNames);
        Assert.Equal(50, opened.Train.Samples.Count);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], opened.Validation!.Samples.Select(sample => sample.ClassIndex));
        Assert.All(opened.Validation.Samples, sample => Assert.EndsWith("test_batch.bin", sample.Source.Path, StringComparison.Ordinal));
        Assert.Equal(
            Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin"),
            opened.Train.Samples.Select(sample => Path.GetFileName(sample.Source.Path)).Distinct());
    }

    [Fact]
    public void ReadPicture_PutsEveryByteWhereTheFormatSays()
    {
        WriteCifar100((record, y, x, channel) => (byte)(record * 50 + y * 3 + x * 2 + channel * 90));

        ClassFolder opened = ClassFolder.Open(_folder.Path);

        Assert.Equal("name99", opened.Train!.ClassNames[99]);
        Assert.Equal([7, 99, 0], opened.Train.Samples.Select(sample => sample.ClassIndex));
        for (int record = 0; record < 3; record++)
        {
            Picture picture = opened.Train.Samples[record].Source.ReadPicture();
            Assert.Equal((32, 32), (picture.Width, picture.Height));
            for (int i = 0; i < picture.Pixels.Length; i++)
            {
                (int y, int x, int channel) = (i / 96, i / 3 % 32, i % 3);
                Assert.Equal((byte)(record * 50 + y * 3 + x * 2 + channel * 90), picture.Pixels[i]);
            }
        }
    }

    [Fact]
    public void Open_TestFileAlone_CanBeMeasured()
    {
        CifarFiles.WriteCifar10(_folder.Path, Ten);
        foreach (string path in Directory.GetFiles(_folder.Path, "data_batch_*"))
            File.Delete(path);

        ClassFolder opened = ClassFolder.Open(_folder.Path);

        Assert.Null(opened.Train);
        Assert.Equal(10, opened.Measured.Samples.Count);
    }

    [Fact]
    public void Open_DamagedFiles_AreRefusedWithWhatAndWhere()
    {
        CifarFiles.WriteCifar10(_folder.Path, Ten);
        string batch = _folder.File("data_batch_2.bin");
        byte[] whole = File.ReadAllBytes(batch);

        File.WriteAllBytes(batch, whole[..^1]);
        Assert.Contains($"{batch} has 30729 bytes, which is no whole number of CIFAR-10's records of 3073", Refusal(), StringComparison.Ordinal);

        File.WriteAllBytes(batch, []);
        Assert.Contains("has 0 bytes", Refusal(), StringComparison.Ordinal);

        whole[4 * 3073] = 10;
        File.WriteAllBytes(batch, whole);
        Assert.Contains($"{batch}: record 4 has the label 10, but CIFAR-10's are 0 to 9", Refusal(), StringComparison.Ordinal);

        File.Delete(batch);
        Assert.Contains("lacks data_batch_2.bin of CIFAR-10", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, 7, "record 0 has the label 20, but CIFAR-100's are 0 to 19")]
    [InlineData(19, 100, "record 0 has the label 100, but CIFAR-100's are 0 to 99")]
    public void Open_Cifar100_ChecksBothLabels(byte coarse, byte fine, string expected)
    {
        WriteCifar100((_, _, _, _) => 0, coarse, fine);
        Assert.Contains(expected, Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NamesMissingOrOfAnotherNumber_AreRefused()
    {
        CifarFiles.WriteCifar10(_folder.Path, Ten[..9]);
        Assert.Contains("batches.meta.txt has 9 names, but CIFAR-10 has 10 classes", Refusal(), StringComparison.Ordinal);

        File.Delete(_folder.File("batches.meta.txt"));
        Assert.Contains("lacks batches.meta.txt", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_BothDataSets_IsRefused()
    {
        CifarFiles.WriteCifar10(Path.Combine(_folder.Path, "cifar-10-batches-bin"), Ten);
        WriteCifar100((_, _, _, _) => 0);
        Assert.Contains("more than one of CIFAR's data sets", Refusal(), StringComparison.Ordinal);
    }

    private string Refusal() => Assert.Throws<InvalidInputException>(() => ClassFolder.Open(_folder.Path)).Message;

    private void WriteCifar100(Func<int, int, int, int, byte> value, byte coarse = 19, byte fine = 7)
    {
        byte[][] labels = [[coarse, fine], [0, 99], [3, 0]];
        byte[] file = [.. labels.SelectMany((pair, record) => CifarFiles.Record(pair, (y, x, channel) => value(record, y, x, channel)))];
        File.WriteAllBytes(_folder.File("train.bin"), file);
        File.WriteAllBytes(_folder.File("test.bin"), file);
        File.WriteAllLines(_folder.File("fine_label_names.txt"), Enumerable.Range(0, 100).Select(i => $"name{i}"));
    }
}
