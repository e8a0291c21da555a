using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;

namespace SpikingDetector.Core.CommandLine;

/// <summary>
/// Runs a command line with the rules that all of the project's programs share: exit codes of <see cref="ExitCode"/>,
/// help with examples, and for anything that goes wrong one sentence on standard error instead of a stack trace.
/// </summary>
public static class CommandLineApp
{
    /// <summary>Environment variable: set to 1 to see the stack trace of an unforeseen failure.</summary>
    public const string TraceVariable = "SPIKING_DETECTOR_TRACE";

    /// <summary>
    /// Parses <paramref name="arguments"/> and runs the command that they name. Ctrl-C and SIGTERM cancel the token that
    /// an asynchronous action is given; a second one ends the process at once.
    /// </summary>
    /// <param name="root">The program's root command.</param>
    /// <param name="arguments">The words after the program's name.</param>
    /// <param name="output">Where results go; standard output unless given.</param>
    /// <param name="error">Where complaints go; standard error unless given.</param>
    /// <returns>The process's exit code: what the action returned, or one of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        RootCommand root, IReadOnlyList<string> arguments, TextWriter? output = null, TextWriter? error = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(arguments);
        output ??= Console.Out;
        error ??= Console.Error;

        foreach (HelpOption option in root.Options.OfType<HelpOption>())
        {
            if (option.Action is HelpAction help)
                option.Action = new HelpWithExamples(help);
        }

        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            WriteLine(error, ParseErrorSentence(parsed));
            WriteLine(error, "Add --help to see what is expected.");
            return ExitCode.BadUse;
        }

        return await InvokeAsync(parsed, output, error).ConfigureAwait(false);
    }

    private static async Task<int> InvokeAsync(ParseResult parsed, TextWriter output, TextWriter error)
    {
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,

            // The library's own handling fails where a signal arrives twice, as it does for a process and its parent.
            ProcessTerminationTimeout = null,
            Output = output,
            Error = error,
        };
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await parsed.InvokeAsync(configuration, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            WriteLine(error, "Stopped before the end.");
            return ExitCode.Interrupted;
        }
#pragma warning disable CA1031 // The last line of defence: a person gets a sentence, whatever happened.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            WriteFailure(error, exception);
            return ExitCode.BadUse;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    private static void WriteFailure(TextWriter error, Exception exception)
    {
        while (exception is AggregateException { InnerExceptions: [Exception only] })
            exception = only;

        bool foreseen = exception is InvalidInputException or IOException or UnauthorizedAccessException;
        WriteLine(error, foreseen
            ? exception.Message
            : $"Unexpected {exception.GetType().FullName}: {exception.Message} "
                + $"(set {TraceVariable}=1 to see where it came from)");
        if (Environment.GetEnvironmentVariable(TraceVariable) == "1")
            error.WriteLine(exception);
    }

    private static string ParseErrorSentence(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && command.Action is null)
        {
            string names = string.Join(", ", command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name));
            return parsed.UnmatchedTokens is [string unknown, ..]
                ? $"Unknown command '{unknown}': expected one of {names}."
                : $"No command was given: expected one of {names}.";
        }

        return parsed.Errors[0].Message;
    }

    // Messages of the runtime may hold line breaks; a sentence has none.
    private static void WriteLine(TextWriter error, string message) => error.WriteLine(message.ReplaceLineEndings(" "));
}
