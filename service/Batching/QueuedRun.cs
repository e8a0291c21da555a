using System.Diagnostics;
using SpikingDetector.Inference;

namespace SpikingDetector.Service.Batching;

/// <summary>
/// An input that waits for its run. It is given up without a run where its request ends first; once its run has begun, its memory
/// is in use until the run is over.
/// </summary>
/// <param name="input">The one input; stays the caller's.</param>
/// <param name="outputs">The outputs that will be read.</param>
/// <param name="enqueued">When it came, as <see cref="TimeProvider.GetTimestamp"/> gives it.</param>
/// <param name="givenUp">Called once where it is given up.</param>
/// <param name="stop">Ends when nobody waits for the answer any more.</param>
internal abstract class QueuedRun(
    InputBatch input, IReadOnlyList<string> outputs, long enqueued, Action givenUp, CancellationToken stop)
{
    private const int Waiting = 0;
    private const int Running = 1;
    private const int GivenUp = 2;

    private int _state;

    public InputBatch Input => input;

    public IReadOnlyList<string> Outputs => outputs;

    public long Enqueued => enqueued;

    public CancellationToken Stop => stop;

    /// <summary>The request's span, as whose child the run is shown.</summary>
    public ActivityContext Request { get; } = Activity.Current?.Context ?? default;

    public bool IsGivenUp => Volatile.Read(ref _state) == GivenUp;

    /// <summary>Takes it for a run; false where it was given up.</summary>
    public bool TryStart() => Interlocked.CompareExchange(ref _state, Running, Waiting) == Waiting;

    /// <summary>Reads the answer from the run that held it.</summary>
    public abstract void Complete(ModelOutputs results, int row, TimeSpan waited, TimeSpan inference);

    /// <summary>The run failed, or was stopped.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>Whether it was still waiting and now never runs.</summary>
    protected bool TryGiveUp()
    {
        if (Interlocked.CompareExchange(ref _state, GivenUp, Waiting) != Waiting)
            return false;
        givenUp();
        return true;
    }
}

/// <inheritdoc/>
/// <typeparam name="T">What is read from the outputs.</typeparam>
#pragma warning disable SA1402 // The same thing with its answer.
internal sealed class QueuedRun<T>(
    InputBatch input, IReadOnlyList<string> outputs, OutputReader<T> read, long enqueued, Action givenUp, CancellationToken stop)
#pragma warning restore SA1402
    : QueuedRun(input, outputs, enqueued, givenUp, stop)
{
    // The worker goes on with the next run; what follows the answer is not its work.
    private readonly TaskCompletionSource<RunResult<T>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answer, once it is there.</summary>
    public async Task<RunResult<T>> AnswerAsync()
    {
        await using CancellationTokenRegistration registration = Stop.UnsafeRegister(
            static (run, stop) => ((QueuedRun<T>)run!).GiveUp(stop), this);
        return await _answer.Task;
    }

    public override void Complete(ModelOutputs results, int row, TimeSpan waited, TimeSpan inference)
    {
        try
        {
            _answer.SetResult(new RunResult<T>(read(results, row), waited, inference));
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to this request alone.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _answer.TrySetException(exception);
        }
    }

    public override void Fail(Exception exception) => _answer.TrySetException(exception);

    private void GiveUp(CancellationToken stop)
    {
        if (TryGiveUp())
            _answer.TrySetCanceled(stop);
    }
}
