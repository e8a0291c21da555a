using System.ComponentModel;
using System.Diagnostics;

namespace SpikingDetector.Core.Machine;

/// <summary>Asks the tools that a system comes with about itself.</summary>
public static class SystemTool
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The lines that a tool of the system prints; none where it is missing, fails or hangs.</summary>
    public static string[] Ask(string tool, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true })!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            if (process.WaitForExit(Limit) && process.ExitCode == 0)
                return output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            process.Kill();
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            // No such tool; the caller does without.
        }

        return [];
    }
}
