using System.Runtime.InteropServices;
using SpikingDetector.Core;

namespace SpikingDetector.Training.Distributed;

/// <summary>
/// The few calls of Open MPI's C interface that training needs (MPI 3.1; Open MPI 4 and 5, library <c>libmpi.so.40</c>). All
/// calls must come from the thread that made the object.
/// </summary>
internal sealed unsafe class OpenMpi
{
    private const string LibraryName = "libmpi.so.40";
    private const int Success = 0;
    private const int ThreadFunneled = 1;
    private const int ResolveNow = 0x002;
    private const int VisibleToPlugins = 0x100;

    /// <summary>MPI_IN_PLACE: what is to be reduced lies where the result goes.</summary>
    private static readonly void* InPlace = (void*)1;

    private readonly nint _library;
    private readonly nint _world;
    private readonly nint _byte;
    private readonly nint _float;
    private readonly nint _double;
    private readonly nint _sum;

    /// <summary>Starts MPI in this process; the processes of a run must all do so.</summary>
    /// <exception cref="InvalidInputException">Open MPI is not installed.</exception>
    public OpenMpi()
    {
        _library = Open();
        _world = Symbol("ompi_mpi_comm_world");
        _byte = Symbol("ompi_mpi_byte");
        _float = Symbol("ompi_mpi_float");
        _double = Symbol("ompi_mpi_double");
        _sum = Symbol("ompi_mpi_op_sum");
        int provided;
        Check(((delegate* unmanaged<void*, void*, int, int*, int>)Symbol("MPI_Init_thread"))(null, null, ThreadFunneled, &provided), "MPI_Init_thread");
        int rank;
        Check(((delegate* unmanaged<nint, int*, int>)Symbol("MPI_Comm_rank"))(_world, &rank), "MPI_Comm_rank");
        int size;
        Check(((delegate* unmanaged<nint, int*, int>)Symbol("MPI_Comm_size"))(_world, &size), "MPI_Comm_size");
        Rank = rank;
        Size = size;
    }

    public int Rank { get; }

    public int Size { get; }

    /// <summary>Replaces the values by their sums over all processes.</summary>
    public void Sum(Span<float> values)
    {
        fixed (float* start = values)
            AllReduce(start, values.Length, _float);
    }

    /// <inheritdoc cref="Sum(Span{float})"/>
    public void Sum(Span<double> values)
    {
        fixed (double* start = values)
            AllReduce(start, values.Length, _double);
    }

    /// <summary>The bytes of every process, in the order of their ranks.</summary>
    public byte[][] Gather(byte[] bytes)
    {
        var lengths = new double[Size];
        lengths[Rank] = bytes.Length;
        Sum(lengths);
        int[] counts = [.. lengths.Select(length => (int)length)];
        var offsets = new int[Size];
        for (int i = 1; i < Size; i++)
            offsets[i] = checked(offsets[i - 1] + counts[i - 1]);
        var all = new byte[checked(offsets[^1] + counts[^1])];
        fixed (byte* own = bytes)
        fixed (byte* received = all)
        fixed (int* countsOf = counts)
        fixed (int* offsetsOf = offsets)
        {
            var gather = (delegate* unmanaged<void*, int, nint, void*, int*, int*, nint, nint, int>)Symbol("MPI_Allgatherv");
            Check(gather(own, bytes.Length, _byte, received, countsOf, offsetsOf, _byte, _world), "MPI_Allgatherv");
        }

        return [.. counts.Select((count, i) => all[offsets[i]..(offsets[i] + count)])];
    }

    /// <summary>Ends MPI in this process; it waits for the others to do the same.</summary>
    public void Finish() => Check(((delegate* unmanaged<int>)Symbol("MPI_Finalize"))(), "MPI_Finalize");

    private void AllReduce(void* values, int count, nint type)
    {
        var reduce = (delegate* unmanaged<void*, void*, int, nint, nint, nint, int>)Symbol("MPI_Allreduce");
        Check(reduce(InPlace, values, count, type, _sum, _world), "MPI_Allreduce");
    }

    /// <summary>Open MPI's plug-ins look its symbols up globally, which the runtime's own loader does not offer.</summary>
    private static nint Open()
    {
        nint library = OperatingSystem.IsLinux() ? DynamicLoad(LibraryName, ResolveNow | VisibleToPlugins) : 0;
        return library != 0
            ? library
            : throw new InvalidInputException(
                $"This process was started by mpirun, but Open MPI's library {LibraryName} cannot be loaded; install Open MPI 4 or 5 "
                + "(Debian: openmpi-bin), on every machine of the run.");
    }

    private nint Symbol(string name) => NativeLibrary.GetExport(_library, name);

    private static void Check(int code, string call)
    {
        if (code != Success)
            throw new InvalidOperationException($"{call} failed with code {code}.");
    }

    [DllImport("libc", EntryPoint = "dlopen", BestFitMapping = false)]
    private static extern nint DynamicLoad([MarshalAs(UnmanagedType.LPUTF8Str)] string name, int flags);
}
