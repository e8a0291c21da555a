using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Spectre.Console;
using SpikingDetector.Training.Monitoring;
using SpikingDetector.Training.Runs;

namespace SpikingDetector.Training.Tests.Runs;

/// <summary>What a person sees in a terminal of 80 columns.</summary>
public sealed partial class TrainingDisplayTests
{
    [Fact]
    public void Show_InATerminal_DrawsABarOfOneLineWithRateLossFigureWaitAndTimeLeft()
    {
        var terminal = new Terminal();
        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, ColorSystem = ColorSystemSupport.NoColors, Out = terminal });
        List<string> log = [];
        var display = new TrainingDisplay(console, log.Add, "top1", "pictures");
        bool complete = display.Show(() =>
        {
            display.Begin(320, 5000, 100, new TrainingState { Epoch = 118, Best = 0.912 });
            display.OnStep(new TrainingState { Epoch = 118, Iteration = 1 }, 12.345, new Pace(0.02, 0.0008, 8, 1));
            Thread.Sleep(300);
            display.Warn("something");
            display.OnEvaluated(0);
            Thread.Sleep(300);
            display.OnEpoch(new JsonObject { ["epoch"] = 119, ["loss_box"] = 0.5, ["samples_per_second"] = 41.26, ["top1"] = 0.95 }, best: true);
            return true;
        });

        Assert.True(complete);
        string[] lines = [.. Escapes().Replace(terminal.Text.ToString(), "\n").Split('\n').Select(line => line.Trim())];
        Assert.Contains("epoch 119/320  400.0/s  loss 12.345  top1 0.912  wait 4%  5h36 left", lines);
        Assert.Contains(lines, line => line == "evaluating  0/100 pictures  top1 0.912");
        Assert.All(lines, line => Assert.True(line.Length < 70, line));
        Assert.Contains("warning: something", lines);
        Assert.Equal(["going on after 118 epochs and 0 iterations", "warning: something", "epoch 119/320  box 0.5  top1 0.95  41.3 pictures/s  (best)"], log);
    }

    [GeneratedRegex(@"\u001b\[[0-9;?]*[A-Za-z]|\r")]
    private static partial Regex Escapes();

    /// <summary>A terminal that keeps all that is written to it.</summary>
    private sealed class Terminal : IAnsiConsoleOutput
    {
        public StringBuilder Text { get; } = new();

        public TextWriter Writer => new StringWriter(Text);

        public bool IsTerminal => true;

        public int Width => 80;

        public int Height => 24;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
