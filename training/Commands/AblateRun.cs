using System.Globalization;
using System.Text.Json.Nodes;
using SpikingDetector.Core;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Distributed;
using SpikingDetector.Training.Provenance;
using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Studies;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Commands;

/// <summary>What <c>ablate</c> does, once its options are read.</summary>
internal sealed record AblateRun
{
    /// <summary>Names of all studies.</summary>
    public static IReadOnlyList<string> Studies { get; } =
        [.. Study.Trained.Select(study => study.Name), Study.Energy.Name, GradientStudy.Name];

    /// <summary>The studies to make.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    public required StudyScale Scale { get; init; }

    /// <summary>Where to run, as <see cref="DeviceOption"/> takes it.</summary>
    public required string Device { get; init; }

    /// <summary>Processor threads; all where null.</summary>
    public required int? Threads { get; init; }

    /// <summary>The command line after the program's name.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>Trains what is missing and writes the reports.</summary>
    /// <param name="output">Where the reports are printed.</param>
    /// <param name="error">Where it is said why a training stopped.</param>
    /// <param name="cancellation">Stops after a step.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="InvalidInputException">Something that was given cannot be used, or cannot be written.</exception>
    public int Run(TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        ProcessGroup.Refuse("ablate trains one network after the other; to use several processes or GPUs start it several times with the same --output");
        if (Names is [GradientStudy.Name] && Scale.Epochs is not null)
            throw new InvalidInputException($"--epochs must be left out for {GradientStudy.Name}, which trains nothing.");
        if (Threads is { } count)
            set_num_threads(count);
        Device device = DeviceOption.Resolve(Device);
        Study[] studies = [.. Study.Trained.Append(Study.Energy).Where(study => Names.Contains(study.Name))];
        StudyRun[] runs = [.. studies.SelectMany(study => study.Runs(Scale)).DistinctBy(run => run.Name)];
        if (!Train(runs, output, error, cancellation))
            return ExitCode.Interrupted;

        foreach (Study study in studies)
            Report(study, device, output, cancellation);
        if (Names.Contains(GradientStudy.Name))
            ReportGradients(device, output, cancellation);
        int open = runs.Count(run => run.Read() is null);
        if (open > 0)
            output.WriteLine($"{Count(open, "training")} still going on in other processes; give the command again after that.");
        return ExitCode.Success;
    }

    /// <summary>Runs what no process has run or is running; false on cancellation.</summary>
    private bool Train(StudyRun[] runs, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        foreach ((int index, StudyRun run) in runs.Index())
        {
            using IDisposable? claim = run.Read() is null ? run.TryClaim() : null;
            if (claim is null || run.Read() is not null)
                continue;
            output.WriteLine($"training {index + 1} of {runs.Length}: {run.Name}");
            int exitCode = new TrainRun
            {
                Recipe = run.Recipe,
                DataFolder = Scale.Data,
                Output = run.Folder,
                Resume = true,
                Init = null,
                Device = Device,
                Threads = Threads,
                Strict = false,
                CheckpointEvery = TrainRun.UsualCheckpointInterval,
                IsOneOfMany = true,
                Words = Words,
            }.Run(error, cancellation);
            if (exitCode == ExitCode.Interrupted)
                return false;
        }

        return true;
    }

    private void Report(Study study, Device device, TextWriter output, CancellationToken cancellation)
    {
        StudyRun[] runs = [.. study.Runs(Scale)];
        RunResult[] results = [.. runs.Select(run => run.Read()).OfType<RunResult>()];
        var report = new TrainedStudyReport(study, runs, results);
        JsonObject figures = report.ToJson();
        string findings;
        if (study == Study.Energy)
        {
            var energy = new EnergyTable();
            var data = DataSet.ReadToMeasure(Scale.Data, runs[0].Recipe.Data);
            foreach (RunResult result in results.Where(result => result.Figure is not null))
                energy.Add(result.Run, data, device, cancellation);
            findings = $"{energy.ToMarkdown()}\n{report.ToMarkdown(energy.Sentences())}";
            figures["energy"] = energy.ToJson();
        }
        else
        {
            findings = report.ToMarkdown([]);
        }

        Write(study.Name, study.Title, runs[0].Recipe, findings, figures, StudyCurves.Draw(study, results), device, output);
    }

    private void ReportGradients(Device device, TextWriter output, CancellationToken cancellation)
    {
        IReadOnlyList<GradientProfile> profiles = new GradientStudy(Scale, device).Measure(
            profile => output.WriteLine($"gradients: {profile.Variant.Name}{profile.Depth}, seed {profile.Seed}"), cancellation);
        var report = new GradientReport(profiles);
        Recipe recipe = Recipe.Load(Scale.Recipe, [.. Scale.Overrides]);
        Write(
            GradientStudy.Name, "Gradients by depth, before training", recipe, report.ToMarkdown(), report.ToJson(), GradientChart.Draw(profiles), device, output);
    }

    private void Write(
        string name, string title, Recipe recipe, string findings, JsonObject figures, byte[]? picture, Device device, TextWriter output)
    {
        var folder = new StudyFolder(Scale.Output, name, Origin.Of(Words, device));
        output.WriteLine();
        output.WriteLine(folder.Write(title, Describe(name, recipe), findings, figures, picture));
        output.WriteLine($"written: {folder.Report}");
    }

    private string Describe(string name, Recipe recipe)
    {
        string network = string.Create(
            CultureInfo.InvariantCulture, $"{recipe.BaseChannels} base channels, T = {recipe.TimeSteps}, recipe `{Path.GetFileName(Scale.Recipe)}`");
        if (name == GradientStudy.Name)
            return string.Create(CultureInfo.InvariantCulture, $"{network}; one batch of {recipe.BatchSize} for {Count(Scale.Seeds, "seed")}.");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{network}, {Count(recipe.Epochs, "epoch")} of {recipe.TrainingShare * 100:0.##} % of the training data, {Count(Scale.Seeds, "seed")}; the figures are those after the last epoch.");
    }

    private static string Count(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
