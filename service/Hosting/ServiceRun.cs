using Microsoft.Extensions.Options;
using SpikingDetector.Core;
using SpikingDetector.Core.CommandLine;

namespace SpikingDetector.Service.Hosting;

internal static class ServiceRun
{
    /// <summary>Runs the service to its end; what keeps it from starting is one sentence, not a stack trace.</summary>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> ToExitCodeAsync(Func<Task> run)
    {
        try
        {
            await run();
            return Environment.ExitCode;
        }
        catch (OperationCanceledException)
        {
            // Stopped before it had started, and whoever did so has said why.
            return Environment.ExitCode;
        }
        catch (Exception exception) when (IsForeseen(exception))
        {
            await Console.Error.WriteLineAsync($"The service cannot start: {exception.Message.ReplaceLineEndings(" ")}");
            return ExitCode.BadUse;
        }
    }

    /// <summary>Settings that are wrong, files that cannot be read, addresses that are taken.</summary>
    private static bool IsForeseen(Exception exception) => exception
        is InvalidInputException
        or OptionsValidationException
        or InvalidOperationException
        or InvalidDataException
        or IOException;
}
