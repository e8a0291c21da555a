using System.Diagnostics;
using Spectre.Console;

namespace SpikingDetector.Export.Commands;

/// <summary>A progress bar with the time left, on standard error so that results stay alone on standard output.</summary>
internal static class ProgressLine
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs <paramref name="work"/>, which reports how many of <paramref name="total"/> pictures are done.</summary>
    public static T Run<T>(TextWriter error, string description, int total, Func<Action<int>, T> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });

        // Not refreshed by a thread: one that starts late outlives work that fails at once.
        return console.Progress()
            .AutoRefresh(false)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(description), maxValue: total);
                var sinceRefresh = Stopwatch.StartNew();
                return work(done =>
                {
                    task.Value = done;
                    if (sinceRefresh.Elapsed < RefreshInterval && done < total)
                        return;
                    context.Refresh();
                    sinceRefresh.Restart();
                });
            });
    }
}
