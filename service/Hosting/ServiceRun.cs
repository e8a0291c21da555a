using Microsoft.Extensions.Options;
using SpikingDetector.Core;
using SpikingDetector.Core.CommandLine;

namespace SpikingDetector.Service.Hosting;

internal static class ServiceRun
{
    /// <summary>Serves until it is told to stop; what keeps it from starting is one sentence, not a stack trace.</summary>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunToExitCodeAsync(this WebApplication app)
    {
        try
        {
            await app.RunAsync();
            return Environment.ExitCode;
        }
        catch (Exception exception) when (exception is InvalidInputException or OptionsValidationException or InvalidOperationException or IOException)
        {
            await Console.Error.WriteLineAsync($"The service cannot start: {exception.Message.ReplaceLineEndings(" ")}");
            return ExitCode.BadUse;
        }
    }
}
