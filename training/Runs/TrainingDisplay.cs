using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace SpikingDetector.Training.Runs;

/// <summary>
/// What a person sees of a training: in a terminal a bar for the epoch with rate, loss, best figure and time left; a
/// line for each finished epoch there, in the log file and where the output goes to a file or pipe.
/// </summary>
internal sealed class TrainingDisplay : IDisposable
{
    private readonly IAnsiConsole _console;
    private readonly StreamWriter _log;
    private readonly string _mainMetric;
    private readonly string _noun;
    private ProgressContext? _context;
    private ProgressTask? _bar;
    private Stopwatch _clock = new();
    private int _epochs;
    private int _batches;
    private int _stepsHere;
    private int _samplesHere;
    private double? _best;

    public TrainingDisplay(IAnsiConsole console, string logFile, string mainMetric, string noun)
    {
        _console = console;
        _mainMetric = mainMetric;
        _noun = noun;
        _log = File.AppendText(logFile);
        _log.AutoFlush = true;
    }

    /// <summary>Runs a training inside a live display where the output is a terminal.</summary>
    public bool Show(Func<bool> train)
    {
        if (!_console.Profile.Capabilities.Interactive || !_console.Profile.Out.IsTerminal)
            return train();
        return _console.Progress()
            .HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 20 }, new PercentageColumn())
            .Start(context =>
            {
                _context = context;
                return train();
            });
    }

    public void Say(string text)
    {
        if (_context is null)
            Console.Out.WriteLine(text);
        else
            _console.WriteLine(text);
        _log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:u} {text}"));
    }

    public void Begin(int epochs, int batchesPerEpoch, TrainingState state)
    {
        _epochs = epochs;
        _batches = batchesPerEpoch;
        _best = state.Best;
        if (state.Epoch > 0 || state.Iteration > 0)
            Say($"going on after {state.Epoch} epochs and {state.Iteration} iterations");
        _clock = Stopwatch.StartNew();
        NewBar(state);
    }

    public void OnStep(TrainingState state, Losses losses, int samples, double learningRate)
    {
        _stepsHere++;
        _samplesHere += samples;
        if (_bar is null)
            return;
        double rate = _samplesHere / _clock.Elapsed.TotalSeconds;
        double steps = (double)(_epochs - state.Epoch) * _batches - state.Iteration;
        TimeSpan left = _clock.Elapsed / _stepsHere * steps;
        _bar.Value = state.Iteration;
        _bar.Description = string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {state.Epoch + 1}/{_epochs}  {rate:0.0} {_noun}/s  loss {state.LossSums.Sum() / state.Iteration:0.000}  "
            + $"rate {learningRate:0.0e0}  {BestText()}{Left(left)} left");
    }

    public void OnEvaluated(int samples)
    {
        if (_bar is not null)
            _bar.Description = string.Create(CultureInfo.InvariantCulture, $"evaluating, {samples} {_noun} done");
    }

    public void OnEpoch(JsonObject line, bool best)
    {
        if (best)
            _best = (double)line[_mainMetric]!;
        _bar?.StopTask();
        string figures = string.Join("  ", line.Where(pair => pair.Key is not "epoch").Select(pair => string.Create(
            CultureInfo.InvariantCulture, $"{pair.Key} {(double)pair.Value!:0.####}")));
        Say($"epoch {line["epoch"]}/{_epochs}  {figures}{(best ? "  (best)" : "")}");
        if ((int)line["epoch"]! < _epochs)
            NewBar(new TrainingState());
    }

    public void Dispose() => _log.Dispose();

    private void NewBar(TrainingState state)
    {
        _bar = _context?.AddTask("starting", maxValue: _batches);
        if (_bar is not null)
            _bar.Value = state.Iteration;
    }

    private string BestText() => _best is { } best
        ? string.Create(CultureInfo.InvariantCulture, $"best {_mainMetric} {best:0.000}  ")
        : "";

    private static string Left(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes:00} min")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds:00} s");
}
