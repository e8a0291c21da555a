using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace SpikingDetector.Training.Provenance;

/// <summary>The machine that a training runs on, without anything that says whose it is.</summary>
/// <param name="System">Such as <c>Debian GNU/Linux 12 (bookworm), X64</c>.</param>
/// <param name="Processor">The processor's own name, or its architecture where it gives none.</param>
/// <param name="Cores">Logical processors that the process may use.</param>
/// <param name="Memory">Memory that the process may use, in gigabytes of 2³⁰ bytes.</param>
/// <param name="Gpus">Names of the GPUs where the training uses CUDA, else empty.</param>
internal sealed record MachineDescription(string System, string Processor, int Cores, double Memory, IReadOnlyList<string> Gpus)
{
    private static readonly TimeSpan ToolLimit = TimeSpan.FromSeconds(10);

    /// <summary>Looks at this machine.</summary>
    /// <param name="usesCuda">Whether the training runs on CUDA, so that the GPUs' names matter.</param>
    public static MachineDescription Current(bool usesCuda) => new(
        $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}",
        ProcessorName(),
        Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1),
        usesCuda ? Ask("nvidia-smi", "--query-gpu=name", "--format=csv,noheader") : []);

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["os"] = System, ["cpu"] = Processor, ["cores"] = Cores, ["memory_gb"] = Memory };
        if (Gpus.Count > 0)
            json["gpus"] = new JsonArray([.. Gpus.Select(name => JsonValue.Create(name))]);
        return json;
    }

    private static string ProcessorName()
    {
        string? name = null;
        if (OperatingSystem.IsLinux())
        {
            name = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[1].Trim();
        }
        else if (OperatingSystem.IsMacOS())
        {
            name = Ask("sysctl", "-n", "machdep.cpu.brand_string").FirstOrDefault();
        }
        else
        {
            name = Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        }

        return name ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    /// <summary>The lines that a tool of the system prints; none where it is missing, fails or hangs.</summary>
    private static string[] Ask(string tool, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true })!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            if (process.WaitForExit(ToolLimit) && process.ExitCode == 0)
                return output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            process.Kill();
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            // No such tool; the description does without.
        }

        return [];
    }
}
