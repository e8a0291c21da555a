using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using SpikingDetector.Core.Machine;

namespace SpikingDetector.Training.Provenance;

/// <summary>The machine that a training runs on, without anything that says whose it is.</summary>
/// <param name="System">Such as <c>Debian GNU/Linux 12 (bookworm), X64</c>.</param>
/// <param name="Processor">The processor's own name, or its architecture where it gives none.</param>
/// <param name="Cores">Logical processors that the process may use.</param>
/// <param name="Memory">Memory that the process may use, in gigabytes of 2³⁰ bytes.</param>
/// <param name="Gpus">Names of the GPUs where the training uses CUDA, else empty.</param>
internal sealed record MachineDescription(string System, string Processor, int Cores, double Memory, IReadOnlyList<string> Gpus)
{
    /// <summary>Looks at this machine.</summary>
    /// <param name="usesCuda">Whether the training runs on CUDA, so that the GPUs' names matter.</param>
    public static MachineDescription Current(bool usesCuda) => new(
        $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}",
        Core.Machine.Processor.Name,
        Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1),
        usesCuda ? SystemTool.Ask("nvidia-smi", "--query-gpu=name", "--format=csv,noheader") : []);

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["os"] = System, ["cpu"] = Processor, ["cores"] = Cores, ["memory_gb"] = Memory };
        if (Gpus.Count > 0)
            json["gpus"] = new JsonArray([.. Gpus.Select(name => JsonValue.Create(name))]);
        return json;
    }
}
