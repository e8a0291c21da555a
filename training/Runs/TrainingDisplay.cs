using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using SpikingDetector.Training.Monitoring;

namespace SpikingDetector.Training.Runs;

/// <summary>
/// What a person sees of a training: in a terminal a bar for the epoch with rate, loss, best figure, data wait and time left;
/// a line for each finished epoch and each warning there, in the log file and where the output goes to a file or pipe.
/// </summary>
internal sealed class TrainingDisplay(
    IAnsiConsole console, Action<string> log, string mainMetric, string noun, TextWriter? output = null)
{
    /// <summary>How often a bar's text changes: faster than this nobody reads numbers.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(0.5);

    /// <summary>Of an evaluation's figures so many are said; all are in <c>metrics.jsonl</c>.</summary>
    private const int MostFigures = 3;

    private readonly Stopwatch _sinceText = Stopwatch.StartNew();
    private ProgressContext? _context;
    private ProgressTask? _bar;
    private int _epochs;
    private int _batches;
    private int _validation;
    private double? _best;

    /// <summary>That of a process which trains with others and leaves the talking to the first.</summary>
    public static TrainingDisplay Silent(string mainMetric, string noun)
    {
        IAnsiConsole nowhere = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
        return new TrainingDisplay(nowhere, _ => { }, mainMetric, noun, TextWriter.Null);
    }

    /// <summary>Runs a training inside a live display where the output is a terminal.</summary>
    public bool Show(Func<bool> train)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Out.IsTerminal)
            return train();
        return console.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn { Width = 8 }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                _context = context;
                try
                {
                    return train();
                }
                finally
                {
                    (_context, _bar) = (null, null);
                }
            });
    }

    /// <summary>Prints and logs a line.</summary>
    public void Say(string text)
    {
        Print(text);
        log(text);
    }

    /// <summary>Prints a line that needs no place in the log; from any thread.</summary>
    public void Print(string text)
    {
        if (_context is null)
            (output ?? Console.Out).WriteLine(text);
        else
            console.WriteLine(text);
    }

    /// <summary>Says at once that something goes wrong.</summary>
    public void Warn(string text) => Say($"warning: {text}");

    public void Begin(int epochs, int batchesPerEpoch, int validationSamples, TrainingState state)
    {
        _epochs = epochs;
        _batches = batchesPerEpoch;
        _validation = validationSamples;
        _best = state.Best;
        if (state.Epoch > 0 || state.Iteration > 0)
            Say($"going on after {state.Epoch} epochs and {state.Iteration} iterations");
    }

    /// <param name="state">Where the training stands.</param>
    /// <param name="loss">Running mean of the loss.</param>
    /// <param name="pace">Of the epoch so far.</param>
    public void OnStep(TrainingState state, double loss, Pace pace)
    {
        if (!Turn(_batches, state.Iteration))
            return;
        double iterations = (double)(_epochs - state.Epoch) * _batches - state.Iteration;
        _bar!.Description = string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {state.Epoch + 1}/{_epochs}  {pace.SamplesPerSecond:0.0}/s  loss {loss:0.000}{BestText()}"
            + $"  wait {pace.DataWait * 100:0}%  {Format(TimeSpan.FromSeconds(iterations * pace.Seconds / pace.Iterations))} left");
    }

    /// <param name="samples">How many are evaluated.</param>
    public void OnEvaluated(int samples)
    {
        if (Turn(_validation, samples))
            _bar!.Description = string.Create(CultureInfo.InvariantCulture, $"evaluating  {samples}/{_validation} {noun}{BestText()}");
    }

    public void OnEpoch(JsonObject line, bool best)
    {
        if (best)
            _best = (double)line[mainMetric]!;
        ILookup<string, string> figures = MetricNames.Scalars(line).ToLookup(scalar => scalar.Tag.Split('/')[0], scalar => string.Create(
            CultureInfo.InvariantCulture, $"{scalar.Tag.Split('/', 2)[1]} {scalar.Value:0.####}  "));
        string text = string.Concat([.. figures["loss"], .. figures["validation"].Take(MostFigures)]);
        double rate = (double)line[MetricNames.SamplesPerSecond]!;
        Say(string.Create(
            CultureInfo.InvariantCulture, $"epoch {line[MetricNames.Epoch]}/{_epochs}  {text}{rate:0.0} {noun}/s{(best ? "  (best)" : "")}"));
    }

    /// <summary>Moves the bar, which is one and the same all along; whether its text is to change.</summary>
    private bool Turn(int maximum, int value)
    {
        if (_context is null)
            return false;
        _bar ??= _context.AddTask("starting");
        bool isNew = _bar.MaxValue != maximum || value < _bar.Value;
        _bar.MaxValue = maximum;
        _bar.Value = value;
        if (!isNew && _sinceText.Elapsed < Refresh)
            return false;
        _sinceText.Restart();
        return true;
    }

    private string BestText() => _best is { } best
        ? string.Create(CultureInfo.InvariantCulture, $"  {mainMetric} {best:0.000}")
        : "";

    /// <summary>Hours and minutes, or minutes and seconds.</summary>
    public static string Format(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}h{time.Minutes:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}m{time.Seconds:00}");
}
