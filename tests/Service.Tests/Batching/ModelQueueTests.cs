using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SpikingDetector.Core.Images;
using SpikingDetector.Inference;
using SpikingDetector.Service.Batching;
using SpikingDetector.Service.Metrics;
using SpikingDetector.Service.Problems;
using SpikingDetector.Tests;
using Found = SpikingDetector.Core.Detection.Detection;

namespace SpikingDetector.Service.Tests.Batching;

/// <summary>A queue without threads is driven by hand: a turn of a worker is a call of <see cref="ModelQueue.RunNext"/>.</summary>
public sealed class ModelQueueTests(ModelQueueTests.SharedModel model) : IClassFixture<ModelQueueTests.SharedModel>, IDisposable
{
    private readonly DeviceWorkers _nobody = new(ExecutionDevice.Cpu, 0);

    public void Dispose() => _nobody.Dispose();

    [Fact]
    public async Task Gathered_RunTogether_AndEachGetsItsOwnAnswer()
    {
        using ModelQueue queue = Queue(new BatchingOptions { MaxSize = 4 });
        Task<RunResult<(int Row, IReadOnlyList<Found> Boxes)>>[] answers = [.. model.Inputs.Select(input => queue.RunAsync(
            input, model.Session.AnswerOutputs, (outputs, row) => (row, model.Session.ReadDetections(outputs, row, input, 0)), TestContext.Current.CancellationToken))];
        queue.RunNext();

        Assert.True(answers.Length > 1);
        for (int i = 0; i < answers.Length; i++)
        {
            RunResult<(int Row, IReadOnlyList<Found> Boxes)> answer = await answers[i];
            Assert.Equal(i, answer.Value.Row);
            AssertSame(model.Alone[i], answer.Value.Boxes);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Run_HoldsAtMostTheConfiguredSize_InTheOrderOfArrival(int size)
    {
        using ModelQueue queue = Queue(new BatchingOptions { MaxSize = size });
        var rows = new List<(int Input, int Row)>();
        Task[] answers = [.. Enumerable.Range(0, 5).Select(i => Enqueue(queue, i, row => rows.Add((i, row))))];
        for (int left = 5; left > 0; left -= size)
        {
            Assert.Equal(left, queue.Depth);
            queue.RunNext();
        }

        await Task.WhenAll(answers);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => (i, i % size)), rows);
    }

    [Fact]
    public async Task GivenUp_NeverRuns_AndIsOverAtOnce()
    {
        using ModelQueue queue = Queue(new BatchingOptions { MaxSize = 4 });
        using var leaves = new CancellationTokenSource();
        var ran = new List<int>();
        Task first = Enqueue(queue, 0, _ => ran.Add(0));
        Task gone = Enqueue(queue, 1, _ => ran.Add(1), leaves.Token);
        Task last = Enqueue(queue, 2, row => ran.Add(10 * row));
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        queue.RunNext();
        await Task.WhenAll(first, last);
        Assert.Equal([0, 10], ran); // The last one took the second row.
    }

    [Fact]
    public async Task AllGivenUp_NothingRuns()
    {
        using ModelQueue queue = Queue(new BatchingOptions());
        using var leaves = new CancellationTokenSource();
        Task gone = Enqueue(queue, 0, _ => Assert.Fail("It ran."), leaves.Token);
        await leaves.CancelAsync();
        queue.RunNext();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.Equal(0, queue.Depth);
    }

    [Fact]
    public async Task AnswerThatCannotBeRead_IsTheFaultOfNoOtherRequest()
    {
        using ModelQueue queue = Queue(new BatchingOptions { MaxSize = 4 });
        Task bad = Enqueue(queue, 0, _ => throw new InvalidOperationException("mine"));
        Task good = Enqueue(queue, 1, _ => { });
        queue.RunNext();
        await good;
        Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidOperationException>(() => bad)).Message);
    }

    [Fact]
    public async Task DifferentOutputs_AreAllComputedInOneRun()
    {
        using ModelQueue queue = Queue(new BatchingOptions { MaxSize = 2 });
        Task<RunResult<IReadOnlyList<string>>> scores = queue.RunAsync(
            model.Inputs[0], ["scores"], (outputs, _) => outputs.Names, TestContext.Current.CancellationToken);
        Task<RunResult<IReadOnlyList<string>>> labels = queue.RunAsync(
            model.Inputs[1], ["labels", "scores"], (outputs, _) => outputs.Names, TestContext.Current.CancellationToken);
        queue.RunNext();
        Assert.Equal(["scores", "labels"], (await scores).Value);
        Assert.Equal(["scores", "labels"], (await labels).Value);
    }

    [Fact]
    public void Full_IsRefused_UntilAPlaceIsFreeAgain()
    {
        using ModelQueue queue = Queue(new BatchingOptions { QueueCapacity = 3 });
        QueuePlaces two = queue.Enter(2);
        var full = Assert.Throws<ProblemException>(() => queue.Enter(2));
        Assert.Equal((ProblemType.Full, TimeSpan.FromSeconds(9)), (full.Type, full.RetryAfter));
        queue.RefuseIfFull();

        QueuePlaces one = queue.Enter(); // The refused one left no place behind.
        Assert.Throws<ProblemException>(() => queue.RefuseIfFull());
        two.Dispose();
        two.Dispose();
        using QueuePlaces again = queue.Enter(2);
        Assert.Throws<ProblemException>(() => queue.Enter());
        one.Dispose();
        queue.RefuseIfFull();
    }

    [Fact]
    public async Task Delay_HoldsABatchBackUntilItsTimeIsOver()
    {
        var time = new FakeTimeProvider();
        using var workers = new DeviceWorkers(ExecutionDevice.Cpu, 1);
        using ModelQueue queue = Queue(new BatchingOptions { MaxSize = 4, MaxDelayMilliseconds = 50 }, workers, time);
        Task<RunResult<int>> first = RowOf(queue, 0);
        time.Advance(TimeSpan.FromMilliseconds(30));
        Task<RunResult<int>> second = RowOf(queue, 1);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(first.IsCompleted);

        time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal((0, TimeSpan.FromMilliseconds(50)), ((await first).Value, (await first).Waited));
        Assert.Equal((1, TimeSpan.FromMilliseconds(20)), ((await second).Value, (await second).Waited));
    }

    [Fact]
    public async Task Delay_IsThatOfTheFirstThatStillWaits()
    {
        var time = new FakeTimeProvider();
        using var workers = new DeviceWorkers(ExecutionDevice.Cpu, 1);
        using ModelQueue queue = Queue(new BatchingOptions { MaxSize = 2, MaxDelayMilliseconds = 50 }, workers, time);
        using var leaves = new CancellationTokenSource();
        Task gone = Enqueue(queue, 0, _ => Assert.Fail("It ran."), leaves.Token);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.Equal(0, queue.Depth);
        time.Advance(TimeSpan.FromMilliseconds(30));
        Task<RunResult<int>> second = RowOf(queue, 1);
        time.Advance(TimeSpan.FromMilliseconds(30));
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(second.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal((0, TimeSpan.FromMilliseconds(50)), ((await second).Value, (await second).Waited));
    }

    [Fact]
    public async Task Delay_EndsWhenTheBatchIsFull()
    {
        using var workers = new DeviceWorkers(ExecutionDevice.Cpu, 1);
        using ModelQueue queue = Queue(new BatchingOptions { MaxSize = 2, MaxDelayMilliseconds = 50 }, workers, new FakeTimeProvider());
        Task<RunResult<int>> first = RowOf(queue, 0), second = RowOf(queue, 1);
        Assert.Equal((0, 1), ((await first).Value, (await second).Value));
    }

    [Fact]
    public async Task ModelsOfADevice_TakeTurns()
    {
        using var workers = new DeviceWorkers(ExecutionDevice.Cpu, 1);
        using ModelQueue busy = Queue(new BatchingOptions { MaxSize = 1 }, workers);
        using ModelQueue other = Queue(new BatchingOptions { MaxSize = 1 }, workers);
        using var begin = new ManualResetEventSlim();
        var order = new List<string>();
        Task[] answers =
        [
            Enqueue(busy, 0, _ => begin.Wait()),
            Enqueue(busy, 0, _ => order.Add("busy 1")),
            Enqueue(busy, 0, _ => order.Add("busy 2")),
            Enqueue(other, 0, _ => order.Add("other")),
        ];
        begin.Set();
        await Task.WhenAll(answers);
        Assert.Equal("busy 2", order[^1]);
    }

    [Fact]
    public async Task Stopped_GivesUpWhatWaits()
    {
        var workers = new DeviceWorkers(ExecutionDevice.Cpu, 1);
        using ModelQueue queue = Queue(new BatchingOptions { MaxSize = 1 }, workers);
        using var begin = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        Task under = Enqueue(queue, 0, _ =>
        {
            running.Set();
            begin.Wait();
        });
        running.Wait(TestContext.Current.CancellationToken);
        Task waits = Enqueue(queue, 0, _ => Assert.Fail("It ran."));
        Task stop = Task.Run(workers.Dispose, TestContext.Current.CancellationToken);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        begin.Set();
        await stop;
        await under;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Enqueue(queue, 0, _ => Assert.Fail("It ran.")));
    }

    [Fact]
    public async Task ManyAtOnce_SomeOfWhichLeave_AllGetTheirOwnAnswers()
    {
        using var workers = new DeviceWorkers(ExecutionDevice.Cpu, 2);
        using ModelQueue queue = Queue(new BatchingOptions { MaxSize = 3 }, workers);
        int answered = 0;
        await Parallel.ForAsync(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            int picture = i % model.Inputs.Length;
            using var leaves = new CancellationTokenSource();
            if (i % 5 == 0)
                leaves.CancelAfter(i % 7);
            using InputBatch input = model.Session.CreateInputBatch();
            input.Append(model.Inputs[picture]);
            try
            {
                RunResult<IReadOnlyList<Found>> answer = await queue.RunAsync(
                    input, model.Session.AnswerOutputs, (outputs, row) => model.Session.ReadDetections(outputs, row, input, 0), leaves.Token);
                AssertSame(model.Alone[picture], answer.Value);
                Interlocked.Increment(ref answered);
            }
            catch (OperationCanceledException) when (i % 5 == 0)
            {
            }
        });
        Assert.InRange(answered, 240, 300);
    }

    [Fact]
    public void Run_StopsOnlyWhenNobodyWaitsForIt()
    {
        using var one = new CancellationTokenSource();
        using var other = new CancellationTokenSource();
        using var stop = new BatchStop([Run(one.Token), Run(other.Token)]);
        one.Cancel();
        Assert.False(stop.Token.IsCancellationRequested);
        other.Cancel();
        Assert.True(stop.Token.IsCancellationRequested);
    }

    /// <summary>A convolution over several pictures may add up in another order than over one, and no two pictures are that alike.</summary>
    private static void AssertSame(IReadOnlyList<Found> expected, IReadOnlyList<Found> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair =>
        {
            Assert.Equal(pair.First.CategoryIndex, pair.Second.CategoryIndex);
            Assert.Equal(pair.First.Score, pair.Second.Score, 1e-4f);
            Assert.Equal(pair.First.Box.X1, pair.Second.Box.X1, 1e-2f);
            Assert.Equal(pair.First.Box.Y2, pair.Second.Box.Y2, 1e-2f);
        });
    }

    private QueuedRun<int> Run(CancellationToken stop) => new(model.Inputs[0], [], (_, row) => row, 0, () => { }, stop);

    private ModelQueue Queue(BatchingOptions options, DeviceWorkers? workers = null, TimeProvider? time = null) =>
        new(model.Session, "things", workers ?? _nobody, options, TimeSpan.FromSeconds(9), model.Metrics, time ?? TimeProvider.System);

    private Task<RunResult<int>> RowOf(ModelQueue queue, int input) => queue.RunAsync(
        model.Inputs[input], model.Session.AnswerOutputs, (_, row) => row, TestContext.Current.CancellationToken);

    private Task<RunResult<int>> Enqueue(ModelQueue queue, int input, Action<int> read, CancellationToken? stop = null) => queue.RunAsync(
        model.Inputs[input % model.Inputs.Length],
        model.Session.AnswerOutputs,
        (_, row) =>
        {
            read(row);
            return row;
        },
        stop ?? TestContext.Current.CancellationToken);

    /// <summary>The reference detector with its pictures as inputs, and what it says about each alone.</summary>
    public sealed class SharedModel : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

        public SharedModel()
        {
            ReferenceModels.ExportTo(_folder["things.onnx"], ReferenceModels.Detector);
            Session = ModelSession.Open(_folder["things.onnx"], new ModelSessionOptions { IntraOpThreads = 1, SpinWhileWaiting = false });
            Metrics = new ServiceMetrics(new ServiceMeter(_services.GetRequiredService<IMeterFactory>()));
            Picture[] pictures = ReferenceModels.Pictures(ReferenceModels.Detector);
            Inputs = [.. pictures.Append(Mirrored(pictures[0])).Select(Input)];
            Alone = [.. Inputs.Select(input => Session.Detect(input)[0])];
            Assert.Equal(Alone.Length, Alone.Select(found => string.Join('\n', found)).Distinct().Count());
        }

        public ModelSession Session { get; }

        public InputBatch[] Inputs { get; }

        public IReadOnlyList<Found>[] Alone { get; }

        internal ServiceMetrics Metrics { get; }

        public void Dispose()
        {
            foreach (InputBatch input in Inputs)
                input.Dispose();
            Session.Dispose();
            _services.Dispose();
            _folder.Dispose();
        }

        private InputBatch Input(Picture picture)
        {
            PictureBatch input = Session.CreateBatch();
            input.Add(picture);
            return input;
        }

        private static Picture Mirrored(Picture picture)
        {
            byte[] pixels = picture.Pixels.ToArray();
            Array.Reverse(pixels);
            return new Picture(picture.Width, picture.Height, pixels);
        }
    }
}
