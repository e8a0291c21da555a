using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Data;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Runs;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Commands;

/// <summary><c>evaluate CHECKPOINT --data DIR [--json]</c></summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var checkpoint = new Argument<string>("checkpoint") { Description = "The .safetensors file of a trained network." };
        var data = new Option<string>("--data")
        {
            Description = "The data folder. Its validation split is measured; of event data in class folders without splits the last "
                + "tenth of each class, as in training; where nothing is set apart, all of it.",
            Required = true,
        };
        Option<string> device = DeviceOption.Create();
        var batch = new Option<int>("--batch") { Description = "Pictures or recordings of a run.", DefaultValueFactory = _ => 8 };
        var json = new Option<bool>("--json") { Description = "Print the figures as JSON." };
        var command = new Command("evaluate", "Measure a checkpoint: accuracy, or COCO's twelve figures.")
        {
            checkpoint, data, device, batch, json,
        };
        command.AddExample(
            "dotnet run --project training -- evaluate runs/bccd/best.safetensors --data bccd", "The figures on the validation pictures");
        command.SetAction((parsed, cancellation) =>
        {
            Metrics metrics = Run(
                parsed.GetRequiredValue(checkpoint),
                parsed.GetRequiredValue(data),
                DeviceOption.Resolve(parsed.GetRequiredValue(device)),
                parsed.GetValue(batch),
                cancellation);
            Print(metrics, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static Metrics Run(string checkpointPath, string dataFolder, Device device, int batch, CancellationToken cancellation)
    {
        using Checkpoint checkpoint = Checkpoint.Open(checkpointPath);
        DataSet data = DataSet.ReadToMeasure(dataFolder, DataFolder.KindFor(checkpoint.Spec));
        data.CheckClasses(checkpoint.Spec, checkpointPath);
        using Weights weights = Weights.Load(checkpoint, device);
        TrainingTask task = TrainingTasks.ForEvaluation(weights, data);
        IEnumerable<Batch> batches = data.ValidationBatches(checkpoint.Spec, batch).InOrder(cancellation);
        if (Console.IsErrorRedirected)
            return task.Evaluate(batches, _ => { });
        IAnsiConsole error = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return error.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask bar = context.AddTask("evaluating", maxValue: data.Validation.Count);
            return task.Evaluate(batches, done => bar.Value = done);
        });
    }

    private static void Print(Metrics metrics, bool json, TextWriter output)
    {
        if (json)
        {
            output.WriteLine(metrics.ToJson().ToJsonString());
            return;
        }

        foreach ((string name, double value) in metrics.Values)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-6} {value:0.0000}"));
    }
}
