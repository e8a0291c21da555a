using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SpikingDetector.Core.Data;

namespace SpikingDetector.Training.Studies;

/// <summary>What the trainings of a study say: a table of means and spreads, and which of the paper's orders hold.</summary>
internal sealed class TrainedStudyReport
{
    private readonly Study _study;
    private readonly bool _inPaper;
    private readonly StudyRun[] _runs;
    private readonly int[] _depths;
    private readonly ILookup<(string Variant, int Depth), RunResult> _results;
    private readonly double? _deviation;

    /// <param name="study">The study.</param>
    /// <param name="runs">All its runs.</param>
    /// <param name="results">Of those that are over.</param>
    public TrainedStudyReport(Study study, IReadOnlyList<StudyRun> runs, IReadOnlyList<RunResult> results)
    {
        _study = study;
        _runs = [.. runs];
        _inPaper = runs[0].Recipe.Data == DataFolderKind.Classes;
        _depths = [.. runs.Select(run => run.Depth).Distinct()];
        _results = results.ToLookup(result => (result.Run.Variant.Name, result.Run.Depth));
        _deviation = Spread.Pool([.. Cells.Select(cell => SpreadOf(cell.Variant, cell.Depth)).OfType<Spread>()]);
    }

    private IEnumerable<Variant> Variants => [_study.Proposed, .. _study.Others];

    private IEnumerable<(Variant Variant, int Depth)> Cells => from depth in _depths from variant in Variants select (variant, depth);

    /// <summary>The table and the reading as Markdown.</summary>
    /// <param name="measured">What besides the figures was measured, in sentences of the reading.</param>
    public string ToMarkdown(IEnumerable<string> measured)
    {
        var text = new StringBuilder();
        text.Append(Table()).Append('\n');
        if (_deviation is { } deviation)
            text.Append(CultureInfo.InvariantCulture, $"A single training's figure has a standard deviation of {Points(deviation)} points, by all networks of the table together.\n\n");
        text.Append("## Reading\n\n").Append("The paper: ").Append(_study.Claim).Append("\n\n");
        IEnumerable<string> compared = Cells.Where(cell => cell.Variant != _study.Proposed).Select(cell => Sentence(cell.Variant, cell.Depth));
        foreach (string sentence in measured.Concat(compared))
            text.Append("- ").Append(sentence).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"\nA difference counts from {Comparison.Errors} standard errors on; ± is one of them.");
        if (_inPaper)
            text.Append(" The paper's figures are of one training each, on CIFAR-100, with 64 base channels and 200 epochs.");
        return text.Append('\n').ToString();
    }

    /// <summary>The figures of all trainings.</summary>
    public JsonObject ToJson() => new()
    {
        ["metric"] = _runs[0].Metric,
        ["deviation"] = _deviation,
        ["runs"] = new JsonArray([.. _results.SelectMany(cell => cell).Select(ToJson)]),
        ["comparisons"] = new JsonArray([.. Cells.Where(cell => cell.Variant != _study.Proposed).Select(cell => ToJson(cell.Variant, cell.Depth))]),
    };

    private string Table()
    {
        string[] paper = _inPaper ? [" paper"] : [];
        var table = new MarkdownTable([" layers", "network", " trained", $" {_runs[0].MetricTitle}", " deviation", " least", " most", .. paper]);
        foreach ((Variant variant, int depth) in Cells)
        {
            Spread? spread = SpreadOf(variant, depth);
            string[] published = _inPaper ? [PaperFigures.Accuracy(variant, depth) is { } figure ? Points(figure) : ""] : [];
            table.Add(
            [
                depth.ToString(CultureInfo.InvariantCulture),
                variant.Title,
                Trained(variant, depth),
                spread is null ? "" : Points(spread.Mean),
                spread?.Deviation is { } deviation ? Points(deviation) : "",
                spread is null ? "" : Points(spread.Least),
                spread is null ? "" : Points(spread.Most),
                .. published,
            ]);
        }

        return table.ToString();
    }

    private string Trained(Variant variant, int depth)
    {
        RunResult[] results = [.. _results[(variant.Name, depth)]];
        int failed = results.Count(result => result.Figure is null);
        int wanted = _runs.Count(run => run.Variant == variant && run.Depth == depth);
        return string.Create(CultureInfo.InvariantCulture, $"{results.Length - failed} of {wanted}") + (failed > 0 ? $", {failed} diverged" : "");
    }

    private string Sentence(Variant other, int depth)
    {
        string names = string.Create(CultureInfo.InvariantCulture, $"{depth} layers, {_study.Proposed.Title} against {other.Title}: ");
        if (Compare(other, depth) is not { } comparison)
            return names + "not trained.";
        string difference = Signed(comparison.Difference) + (comparison.Error is { } error ? $" ± {Points(error)}" : "") + " points";
        string paper = comparison.InPaper is { } inPaper ? $" (paper: {Signed(inPaper)})" : "";
        return $"{names}{difference}{paper}: {Word(comparison.Verdict)}.";
    }

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Holds => "**the order holds**",
        Verdict.Reversed => "**the order is reversed**",
        Verdict.NotToldApart => "not told apart",
        Verdict.NotInPaper => "a difference, of which the paper says nothing",
        Verdict.EqualInPaper => "**a difference, where the paper finds them about equal**",
        _ => "one seed cannot tell",
    };

    private Comparison? Compare(Variant other, int depth)
    {
        if (SpreadOf(_study.Proposed, depth) is not { } proposed || SpreadOf(other, depth) is not { } compared)
            return null;
        double? inPaper = _inPaper ? PaperFigures.Accuracy(_study.Proposed, depth) - PaperFigures.Accuracy(other, depth) : null;
        return new Comparison(proposed, compared, _deviation, inPaper, other == _study.Equal);
    }

    private Spread? SpreadOf(Variant variant, int depth)
    {
        double[] figures = [.. _results[(variant.Name, depth)].Select(result => result.Figure).OfType<double>()];
        return figures.Length == 0 ? null : new Spread(figures);
    }

    private static JsonObject ToJson(RunResult result) => new()
    {
        ["network"] = result.Run.Network,
        ["variant"] = result.Run.Variant.Name,
        ["depth"] = result.Run.Depth,
        ["seed"] = result.Run.Seed,
        ["figure"] = result.Figure,
        ["curve"] = new JsonArray([.. result.Curve.Select(point => new JsonArray(point.Epoch, point.Value))]),
    };

    private JsonObject ToJson(Variant other, int depth)
    {
        Comparison? comparison = Compare(other, depth);
        return new JsonObject
        {
            ["depth"] = depth,
            ["proposed"] = _study.Proposed.Name,
            ["other"] = other.Name,
            ["difference"] = comparison?.Difference,
            ["standard_error"] = comparison?.Error,
            ["in_paper"] = comparison?.InPaper,
            ["verdict"] = comparison?.Verdict.ToString(),
        };
    }

    /// <summary>A share in hundredths, as the paper's tables have it.</summary>
    private static string Points(double share) => (share * 100).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Signed(double share) => (share * 100).ToString("+0.00;−0.00;0.00", CultureInfo.InvariantCulture);
}
