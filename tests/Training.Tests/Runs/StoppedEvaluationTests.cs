using Spectre.Console;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Provenance;
using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Runs;
using SpikingDetector.Training.Tests.Data;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Runs;

/// <summary>A training that is stopped while it evaluates has lost nothing of the epoch before.</summary>
public sealed class StoppedEvaluationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly int _threads = get_num_threads();

    public StoppedEvaluationTests() => set_num_threads(1);

    [Fact]
    public void Run_StoppedInAnEvaluation_GoesOnWithThatEvaluation()
    {
        TinyData.Classes(In("data"));
        File.WriteAllText(In("recipe.json"), TinyRecipes.Classifier);
        (bool complete, int learnt, byte[] expected) = Train("whole", null);
        Assert.Equal((true, 16), (complete, learnt));

        using var stop = new CancellationTokenSource();
        (complete, learnt, _) = Train("stopped", stop);
        Assert.Equal((false, 8), (complete, learnt));
        Assert.False(File.Exists(In("stopped", "best.safetensors")));

        (complete, learnt, byte[] actual) = Train("stopped", null);
        Assert.Equal((true, 8), (complete, learnt));
        Assert.Equal(expected, actual);
        Assert.Equal(2, File.ReadAllLines(In("stopped", "metrics.jsonl")).Length);
    }

    public void Dispose()
    {
        set_num_threads(_threads);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Two epochs of eight iterations; <paramref name="stop"/> is set off in the first evaluation.</summary>
    private (bool Complete, int Learnt, byte[] Stem) Train(string output, CancellationTokenSource? stop)
    {
        var recipe = Recipe.Load(In("recipe.json"), []);
        DataSet data = DataSet.Read(In("data"), recipe.Data);
        ModelSpec spec = recipe.ModelFor(data.Categories, data.Labels);
        var run = RunFolder.Open(In(output), recipe, Origin.Of(["train"], CPU), resume: true);
        using Weights weights = Weights.Initialise(NetworkLayout.Of(spec), CPU, recipe.Seed);
        var task = new StoppableTask(weights, TrainingTasks.ForTraining(weights, recipe, data, null), stop);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
        using var trainer = new Trainer(
            recipe,
            task,
            null,
            task,
            data.TrainingBatches(spec, recipe.Augmentation, recipe.BatchSize, recipe.Seed, WhenUnreadable.Stop),
            data.ValidationBatches(spec, recipe.BatchSize, WhenUnreadable.Stop),
            run,
            new TrainingDisplay(console, run.AppendLog, task.MainMetric, data.Noun),
            TimeSpan.FromHours(1));
        bool complete = trainer.Run(stop?.Token ?? CancellationToken.None);
        return (complete, task.Learnt, Weights.Bytes(weights["conv1.weight"]));
    }

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);

    private sealed class StoppableTask(Weights weights, TrainingTask task, CancellationTokenSource? stop) : TrainingTask(weights, Precision.Float32)
    {
        public override string MainMetric => task.MainMetric;

        public override IReadOnlyList<string> LossNames => task.LossNames;

        public int Learnt { get; private set; }

        public override Losses ComputeLosses(Batch batch)
        {
            Learnt++;
            return task.ComputeLosses(batch);
        }

        public override Metrics Evaluate(IEnumerable<Batch> validation, Action<int> onBatch)
        {
            stop?.Cancel();
            return task.Evaluate(validation, onBatch);
        }

        protected override void Forward(Batch batch, ForwardPass pass)
        {
        }
    }
}
