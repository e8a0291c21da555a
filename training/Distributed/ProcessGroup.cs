using System.Collections.Concurrent;
using System.Globalization;
using SpikingDetector.Core;

namespace SpikingDetector.Training.Distributed;

/// <summary>
/// The processes that train one network together: those of an <c>mpirun</c>, or this one alone. All must make the same
/// calls in the same order. MPI runs on a thread of its own, so that sums can go on beside the backward pass.
/// </summary>
internal sealed class ProcessGroup
{
    private const string SizeVariable = "OMPI_COMM_WORLD_SIZE";
    private const string LocalRankVariable = "OMPI_COMM_WORLD_LOCAL_RANK";

    private readonly BlockingCollection<Action<OpenMpi>>? _calls;
    private readonly Thread? _thread;

    private ProcessGroup()
    {
    }

    private ProcessGroup(int localRank)
    {
        var started = new TaskCompletionSource<(int Rank, int Size)>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls = [];
        _thread = new Thread(() => Serve(started)) { IsBackground = true, Name = "mpi" };
        _thread.Start();
        (Rank, Size) = started.Task.GetAwaiter().GetResult();
        LocalRank = localRank;
    }

    /// <summary>A group of one.</summary>
    public static ProcessGroup Alone { get; } = new();

    /// <summary>This process's number, 0 to <see cref="Size"/> − 1; process 0 alone writes files and speaks.</summary>
    public int Rank { get; }

    public int Size { get; } = 1;

    /// <summary>This process's number among those of the same machine: which of its GPUs to take.</summary>
    public int LocalRank { get; }

    public bool IsFirst => Rank == 0;

    /// <summary>The group of the <c>mpirun</c> that started this process, or a group of one.</summary>
    /// <exception cref="InvalidInputException">Open MPI cannot be loaded.</exception>
    public static ProcessGroup Join()
    {
        if (!(Variable(SizeVariable) > 1))
            return Alone;
        return new ProcessGroup(Variable(LocalRankVariable) ?? 0);
    }

    /// <summary>Ends a program that cannot be one of several of an <c>mpirun</c>.</summary>
    /// <param name="why">What to do instead, without the full stop.</param>
    /// <exception cref="InvalidInputException">It is.</exception>
    public static void Refuse(string why)
    {
        if (Variable(SizeVariable) > 1)
            throw new InvalidInputException($"{why}.");
    }

    /// <summary>Replaces the values by their sums over all processes.</summary>
    public void Sum(double[] values) => CallAsync(mpi => mpi.Sum(values)).GetAwaiter().GetResult();

    /// <summary>Begins to replace the values by their sums over all processes; nobody may touch them until it is done.</summary>
    public Task SumAsync(Memory<float> values) => CallAsync(mpi => mpi.Sum(values.Span));

    /// <summary>The bytes of every process, in the order of their ranks.</summary>
    public byte[][] Gather(byte[] bytes)
    {
        if (_calls is null)
            return [bytes];
        byte[][] gathered = [];
        CallAsync(mpi => gathered = mpi.Gather(bytes)).GetAwaiter().GetResult();
        return gathered;
    }

    /// <summary>Replaces the values by their means over all processes.</summary>
    public void Average(double[] values)
    {
        Sum(values);
        for (int i = 0; i < values.Length; i++)
            values[i] /= Size;
    }

    /// <summary>Waits until all processes are here.</summary>
    public void Meet() => Sum([0]);

    /// <summary>
    /// Leaves in good order, once all do. A process that ends without it makes <c>mpirun</c> end the others, which is what
    /// should happen after an error.
    /// </summary>
    public void Leave()
    {
        if (_calls is null)
            return;
        CallAsync(mpi => mpi.Finish()).GetAwaiter().GetResult();
        _calls.CompleteAdding();
        _thread!.Join();
    }

    private Task CallAsync(Action<OpenMpi> call)
    {
        if (_calls is null)
            return Task.CompletedTask;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Add(mpi =>
        {
            try
            {
                call(mpi);
                done.SetResult();
            }
            catch (InvalidOperationException exception)
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    private void Serve(TaskCompletionSource<(int Rank, int Size)> started)
    {
        OpenMpi mpi;
        try
        {
            mpi = new OpenMpi();
        }
        catch (Exception exception) when (exception is InvalidInputException or InvalidOperationException)
        {
            started.SetException(exception);
            return;
        }

        started.SetResult((mpi.Rank, mpi.Size));
        foreach (Action<OpenMpi> call in _calls!.GetConsumingEnumerable())
            call(mpi);
    }

    private static int? Variable(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
}
