using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace SpikingDetector.Service.Load;

/// <summary>A bar with counts on standard error, where that is a terminal.</summary>
internal static class LoadProgress
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Returns when the load has ended, however it did.</summary>
    public static async Task ShowAsync(TextWriter error, LoadPlan plan, LoadRecord record, Task load)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Out.IsTerminal)
            return;

        await console.Progress()
            .AutoRefresh(false)
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                ProgressTask bar = context.AddTask("starting", maxValue: 1);
                var time = Stopwatch.StartNew();
                while (await Task.WhenAny(load, Task.Delay(RefreshInterval)) != load)
                {
                    bar.Value = Share(plan, record, time.Elapsed);
                    bar.Description = Describe(record);
                    context.Refresh();
                }
            });
    }

    private static double Share(LoadPlan plan, LoadRecord record, TimeSpan elapsed) => Math.Min(1, Math.Max(
        elapsed / (plan.WarmUp + plan.Duration),
        (double)record.Requests / plan.Requests));

    private static string Describe(LoadRecord record) =>
        string.Create(CultureInfo.InvariantCulture, $"{record.Answered} answered, {record.Failed} failed");
}
