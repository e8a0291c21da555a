using System.Diagnostics;

namespace SpikingDetector.Service.Metrics;

/// <summary>
/// The process, under the names that Prometheus' own client libraries give. Garbage collection and the thread pool come from
/// the runtime's meter (dotnet_*).
/// </summary>
internal sealed class ProcessInstruments
{
    public ProcessInstruments(ServiceMeter meter)
    {
        meter.Meter.CreateObservableCounter(
            "process.cpu", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time that the process has taken.");
        meter.Meter.CreateObservableGauge(
            "process.resident_memory", () => Environment.WorkingSet, "By", "Memory of the process that is in use.");
        meter.Meter.CreateObservableGauge(
            "process.virtual_memory", () => Read(process => process.VirtualMemorySize64), "By", "Address space of the process.");
        meter.Meter.CreateObservableGauge(
            "process.open_fds", () => Read(process => process.HandleCount), "{handle}", "Open files, sockets and other handles.");
        meter.Meter.CreateObservableGauge(
            "process.threads", () => Read(process => process.Threads.Count), "{thread}", "Threads of the operating system.");
        meter.Meter.CreateObservableGauge(
            "process.start_time",
            () => Read(process => (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds),
            "s",
            "When the process started, in seconds since 1970.");
    }

    private static T Read<T>(Func<Process, T> read)
    {
        using var process = Process.GetCurrentProcess();
        return read(process);
    }
}
