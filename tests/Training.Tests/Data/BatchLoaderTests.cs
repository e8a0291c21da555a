using SpikingDetector.Core;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Specs;
using SpikingDetector.Tests;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Tests.Data;

public sealed class BatchLoaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly ModelSpec _spec = Reference.Spec("sg10_cifar_asd");

    [Fact]
    public void Epoch_SameSeed_GivesSameBatches()
    {
        BatchLoader loader = Loader(seed: 5);
        Assert.Equal(Pixels(loader.Epoch(2, 0, default)), Pixels(Loader(seed: 5).Epoch(2, 0, default)));
        Assert.NotEqual(Pixels(loader.Epoch(2, 0, default)), Pixels(loader.Epoch(3, 0, default)));
        Assert.NotEqual(Pixels(loader.Epoch(2, 0, default)), Pixels(Loader(seed: 6).Epoch(2, 0, default)));
    }

    [Fact]
    public void Epoch_FromALaterBatch_GivesTheRestOfTheSame()
    {
        BatchLoader loader = Loader(seed: 5);
        Assert.Equal(Pixels(loader.Epoch(0, 0, default).Skip(2)), Pixels(loader.Epoch(0, 2, default)));
    }

    [Fact]
    public void Epoch_UsesEveryPictureAtMostOnce()
    {
        BatchLoader loader = Loader(seed: 1);
        Assert.Equal(3, loader.BatchesPerEpoch);
        Assert.Equal([5, 5, 5], loader.Epoch(0, 0, default).Select(batch => batch.Count));
    }

    [Fact]
    public void Epoch_IsTheSameWithOneWorkerAndWithSeveral()
    {
        byte[] alone = Pixels(new BatchLoader(new SlowInputs(random: 1), 5, 7, workers: 1).Epoch(3, 0, default));
        byte[] together = Pixels(new BatchLoader(new SlowInputs(random: 2), 5, 7, workers: 6).Epoch(3, 0, default));
        Assert.Equal(alone, together);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Epoch_MakesAsManySamplesAtOnceAsThereAreWorkers_AndNoMore(int workers)
    {
        ThreadPool.GetMinThreads(out int threads, out int ports);
        ThreadPool.SetMinThreads(Math.Max(threads, 8), ports);
        var inputs = new SlowInputs(random: 3);
        Assert.Equal(40, new BatchLoader(inputs, 2, 7, workers).Epoch(0, 0, default).Sum(batch => batch.Count));
        Assert.Equal(workers, inputs.MostAtOnce);
    }

    [Fact]
    public void Epoch_LeftEarly_StopsMaking()
    {
        var inputs = new SlowInputs(random: 4, milliseconds: 50);
        Assert.Single(new BatchLoader(inputs, 2, 7, workers: 1).Epoch(0, 0, default).Take(1));

        // The batch's two and the one that the worker was at; all that is asked for ahead would be eight.
        int made = inputs.Made;
        Assert.InRange(made, 2, 6);
        Thread.Sleep(150);
        Assert.Equal(made, inputs.Made);
    }

    [Fact]
    public void Waited_IsTheTimeThatTheTrainingHadNothingToDo()
    {
        var starved = new BatchLoader(new SlowInputs(random: 5, milliseconds: 10), 2, 7, workers: 1);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        _ = starved.Epoch(0, 0, default).Count();
        Assert.InRange(starved.Waited.TotalMilliseconds, 200, clock.Elapsed.TotalMilliseconds);

        var fed = new BatchLoader(new SlowInputs(random: 6, milliseconds: 0), 2, 7, workers: 1);
        TimeSpan atFirst = TimeSpan.Zero;
        foreach ((int number, Batch _) in fed.Epoch(0, 0, default).Index())
        {
            if (number == 0)
                atFirst = fed.Waited;
            Thread.Sleep(20);
        }

        Assert.InRange((fed.Waited - atFirst).TotalMilliseconds, 0, 100);
    }

    [Fact]
    public void InOrder_GivesAllPicturesWithTheirLabels()
    {
        DataSet data = DataSet.Read(TinyData.Classes(_folder), DataFolderKind.Classes);
        Target[] targets = [.. data.ValidationBatches(_spec, 3).InOrder(default).SelectMany(batch => batch.Targets)];
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1], targets.Select(target => target.Label));
        Assert.Equal(["dark", "light"], data.Labels);
    }

    [Fact]
    public void InOrder_BrokenPicture_IsNamed()
    {
        DataSet data = DataSet.Read(TinyData.Classes(_folder), DataFolderKind.Classes);
        string broken = data.Validation[2].Source.Path;
        File.WriteAllBytes(broken, File.ReadAllBytes(broken)[..60]);
        var error = Assert.ThrowsAny<InvalidInputException>(() => data.ValidationBatches(_spec, 3).InOrder(default).Count());
        Assert.Contains(broken, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BinaryCifarFiles_GivesTheirPicturesAndLabels()
    {
        string[] names = [.. Enumerable.Range(0, 10).Select(i => $"class{i}")];
        DataSet data = DataSet.Read(CifarFiles.WriteCifar10(_folder, names), DataFolderKind.Classes);

        Batch batch = Assert.Single(data.ValidationBatches(_spec, 16).InOrder(default));

        Assert.Equal(50, data.Training.Count);
        Assert.Equal(names, data.Labels);
        Assert.Equal(Enumerable.Range(0, 10), batch.Targets.Select(target => target.Label));
        byte[] file = File.ReadAllBytes(Path.Combine(_folder, "test_batch.bin"));
        for (int i = 0; i < batch.Input.Length; i++)
        {
            (int record, int pixel, int channel) = (i / 3072, i % 3072 / 3, i % 3);
            Assert.Equal(file[record * 3073 + 1 + channel * 1024 + pixel], batch.Input[i]);
        }
    }

    [Fact]
    public void Read_CifarWithoutDataBatches_CannotBeTrainedOn()
    {
        CifarFiles.WriteCifar10(_folder, [.. Enumerable.Range(0, 10).Select(i => $"class{i}")]);
        foreach (string path in Directory.GetFiles(_folder, "data_batch_*"))
            File.Delete(path);

        var error = Assert.Throws<InvalidInputException>(() => DataSet.Read(_folder, DataFolderKind.Classes));

        Assert.Contains("has no training pictures", error.Message, StringComparison.Ordinal);
        Assert.Equal(10, DataSet.ReadToMeasure(_folder, DataFolderKind.Classes).Validation.Count);
    }

    [Fact]
    public void Read_WrongKindOfFolder_SaysWhatTheTaskNeeds()
    {
        TinyData.Classes(_folder);
        var error = Assert.Throws<InvalidInputException>(() => DataSet.Read(_folder, DataFolderKind.Coco));
        Assert.Contains("a detector learns from COCO annotations", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Forty inputs that take unlike times; each is its number and a random number.</summary>
    private sealed class SlowInputs(int random, int milliseconds = 4) : InputSource
    {
        private readonly Random _times = new(random);
        private int _atOnce;
        private int _made;
        private int _most;

        public override int Count => 40;

        public override UnreadableSamples Unreadable { get; } = new();

        public int MostAtOnce => _most;

        public int Made => _made;

        public override SampleInput Make(int index, Random random)
        {
            int now = Interlocked.Increment(ref _atOnce);
            int time;
            lock (_times)
            {
                _most = Math.Max(_most, now);
                time = milliseconds == 0 ? 0 : milliseconds + _times.Next(milliseconds);
            }

            Thread.Sleep(time);
            Interlocked.Decrement(ref _atOnce);
            Interlocked.Increment(ref _made);
            return new SampleInput(1, 1, [(byte)index, (byte)random.Next(256)], Target.OfClass(0));
        }
    }

    private BatchLoader Loader(int seed)
    {
        DataSet data = DataSet.Read(TinyData.Classes(_folder), DataFolderKind.Classes);
        return data.TrainingBatches(_spec, new AugmentationRecipe { CropPadding = 4, HorizontalFlip = 0.5f }, 5, seed);
    }

    private static byte[] Pixels(IEnumerable<Batch> batches) => [.. batches.SelectMany(batch => batch.Input)];
}
