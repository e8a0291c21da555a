using System.Runtime.InteropServices;

namespace SpikingDetector.Core.Machine;

/// <summary>What can be said of this machine's processor.</summary>
public static class Processor
{
    /// <summary>Linux's names of the extensions that decide how fast convolutions are, and what they are called.</summary>
    private static readonly (string Flag, string Name)[] Extensions =
    [
        ("avx2", "AVX2"), ("avx_vnni", "AVX-VNNI"), ("avx512f", "AVX-512"), ("avx512_vnni", "AVX-512 VNNI"), ("amx_int8", "AMX"),
        ("asimddp", "dot products"), ("i8mm", "int8 matrices"),
    ];

    /// <summary>The processor's own name, or its architecture where it gives none.</summary>
    public static string Name { get; } = FindName() ?? RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>Vector extensions that matter for float32 and int8 convolutions; empty where the system does not list them.</summary>
    public static IReadOnlyList<string> VectorExtensions { get; } = FindExtensions();

    private static string? FindName()
    {
        if (OperatingSystem.IsLinux())
            return CpuInfo("model name");
        return OperatingSystem.IsMacOS()
            ? SystemTool.Ask("sysctl", "-n", "machdep.cpu.brand_string").FirstOrDefault()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
    }

    private static string[] FindExtensions()
    {
        string[] flags = OperatingSystem.IsLinux() ? (CpuInfo("flags") ?? CpuInfo("Features") ?? "").Split(' ') : [];
        return [.. Extensions.Where(extension => flags.Contains(extension.Flag)).Select(extension => extension.Name)];
    }

    private static string? CpuInfo(string key) =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
