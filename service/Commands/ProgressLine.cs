using Spectre.Console;

namespace SpikingDetector.Service.Commands;

/// <summary>A line on standard error that says what is being done, where that is a terminal.</summary>
internal static class ProgressLine
{
    /// <summary>Runs <paramref name="work"/>, which tells what it does now.</summary>
    public static async Task<T> RunAsync<T>(TextWriter error, Func<Action<string>, Task<T>> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Out.IsTerminal)
            return await work(_ => { });

        // Not refreshed by a thread: one that starts late outlives work that fails at once.
        return await console.Status().AutoRefresh(false).StartAsync("starting", context => work(text =>
        {
            context.Status(Markup.Escape(text));
            context.Refresh();
        }));
    }
}
