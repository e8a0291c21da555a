using System.Diagnostics;

namespace SpikingDetector.Service.Tests;

/// <summary>The service's program as a process that ends by itself.</summary>
internal static class ServiceProgram
{
    /// <param name="arguments">The words of the command line.</param>
    /// <param name="home">The home folder; this user's unless given.</param>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] arguments, string? home = null)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        if (home is not null)
        {
            process.StartInfo.Environment["HOME"] = home;
            process.StartInfo.Environment.Remove("XDG_CACHE_HOME");
        }

        process.Start();
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
