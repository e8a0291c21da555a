using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Specs;
using SpikingDetector.Tests;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Distillation;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Optimization;
using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Runs;
using SpikingDetector.Training.Tests.Data;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Recipes;

/// <summary>
/// The recipes of the paper's networks have its sizes and settings, and each trains. Parameter counts are those of the
/// architecture's own arithmetic (Zhang et al. 2023; torchvision's ResNet and RetinaNet with the decoder added).
/// </summary>
public sealed class ShippedRecipeTests : IDisposable
{
    /// <summary>Not for a training of its own.</summary>
    private const string Base = "base";

    /// <summary>Recipes for two processor cores, of which the paper's tables know nothing.</summary>
    private static readonly string[] OfTheProject = ["cifar10-quick", "cifar10-small", "cifar10-distilled", "cifar10-ann"];

    /// <summary>The classes of the shipped network that <c>cifar10-distilled</c> learns from.</summary>
    private static readonly string[] Cifar10Names =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    /// <summary>All recipes that can be trained, by name.</summary>
    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).Where(name => name != Base).Order()];

    private static string Folder => Path.Combine(RepositoryRoot.Path, "training", "recipes");

    [Theory]
    [MemberData(nameof(Names))]
    public void Train_TwoSteps(string name)
    {
        DataFolderKind kind = Recipe.Load(PathOf(name), []).Data;
        var data = DataSet.Read(WriteData(name, kind), kind);
        Recipe recipe = Recipe.Load(PathOf(name), [.. Smaller(Recipe.Load(PathOf(name), []))]);
        ModelSpec spec = recipe.ModelFor(data.Categories, data.Labels);
        using var weights = Weights.Initialise(NetworkLayout.Of(spec), CPU, recipe.Seed);
        using Teacher? teacher = Teacher.Of(recipe.Distillation, spec, CPU);
        var task = TrainingTasks.ForTraining(weights, recipe, data, teacher);
        using var optimizer = TrainingOptimizer.Create(weights.Parameters, recipe.Optimizer);
        var schedule = new LearningRateSchedule(recipe.Schedule, recipe.Optimizer.LearningRate, recipe.Epochs, 2);
        byte[][] before = [.. weights.Parameters.Select(pair => Weights.Bytes(pair.Parameter))];
        int steps = 0;
        foreach (Batch batch in data.TrainingBatches(spec, recipe.Augmentation, recipe.BatchSize, recipe.Seed).Epoch(0, 0, default).Take(2))
        {
            using var scope = NewDisposeScope();
            Losses losses = task.ComputeLosses(batch);
            Assert.True(float.IsFinite(losses.Total.item<float>()));
            optimizer.ForgetGradients();
            task.Backpropagate(losses);
            optimizer.ClipGradients();
            optimizer.Step(schedule.At(steps));
            steps++;
        }

        Assert.Equal(2, steps);
        using var noGrad = no_grad();
        Assert.All(weights.Parameters, pair => Assert.True(pair.Parameter.isfinite().all().item<bool>(), pair.Name));
        Assert.Contains(weights.Parameters.Zip(before), pair => !Weights.Bytes(pair.First.Parameter).SequenceEqual(pair.Second));
    }

    [Theory]
    [InlineData("cifar10", 10, 4_936_140)]
    [InlineData("cifar10-sg18", 10, 11_206_860)]
    [InlineData("cifar10-sg34", 10, 21_315_020)]
    [InlineData("cifar100", 100, 4_982_310)]
    [InlineData("cifar100-sg18", 100, 11_253_030)]
    [InlineData("cifar100-sg34", 100, 21_361_190)]
    [InlineData("cifar100-sg10-rate", 100, 4_949_412)]
    [InlineData("cifar100-sg18-rate", 100, 11_220_132)]
    [InlineData("cifar100-sg34-rate", 100, 21_328_292)]
    [InlineData("cifar100-sg10-bsg-star", 100, 4_982_310 + 1_920)]
    [InlineData("cifar100-sg18-bsg-star", 100, 11_253_030 + 3_840)]
    [InlineData("cifar100-sg34-bsg-star", 100, 21_361_190 + 7_552)]
    [InlineData("cifar100-spiking34", 100, 21_361_190)]
    [InlineData("cifar100-sew-add34", 100, 21_361_190)]
    [InlineData("cifar100-sew-iand34", 100, 21_361_190)]
    [InlineData("imagenet", 1000, 11_722_410)]
    [InlineData("imagenet-sg34", 1000, 21_830_570)]
    [InlineData("imagenet-sg50", 1000, 26_081_450)]
    [InlineData("coco", 80, 21_453_498)]
    [InlineData("coco-sg18-rate", 80, 21_410_100)]
    [InlineData("coco-sg34", 80, 31_561_658)]
    [InlineData("coco-sg34-rate", 80, 31_518_260)]
    [InlineData("coco-ann18", 80, 21_410_100)]
    [InlineData("coco-ann34", 80, 31_518_260)]
    [InlineData("dvs-cifar10", 10, 1_192_218 + 2_658)] // With the decoder: 2·16² temporal, 2·128·8 channel, 2·7² spatial.
    public void Model_HasThePapersParameters(string name, int classes, long parameters)
    {
        ModelSpec spec = Recipe.Load(PathOf(name), []).ModelFor(
            [.. Enumerable.Range(1, classes).Select(i => new Category(i, $"c{i}"))], [.. Enumerable.Range(1, classes).Select(i => $"c{i}")]);

        Assert.Equal(parameters, NetworkCost.Of(NetworkLayout.Of(spec)).Parameters);
    }

    [Theory]
    [InlineData("cifar100", "step", 200, 0.1, 1e-4, 32)]
    [InlineData("cifar10", "step", 200, 0.1, 1e-4, 32)]
    [InlineData("imagenet", "cosine", 320, 0.1, 0, 256)]
    [InlineData("dvs-cifar10", "cosine", 64, 0.01, 0, 8)]
    [InlineData("coco", "step", 72, 0.01, 1e-4, 16)]
    public void Settings_AreThoseOfThePapersTable2(string family, string schedule, int epochs, double rate, double decay, int batch)
    {
        foreach (string name in Names.Select(row => row.Data).Where(name => name == family || (name.StartsWith($"{family}-", StringComparison.Ordinal)
            && !OfTheProject.Contains(name))))
        {
            Recipe recipe = Recipe.Load(PathOf(name), []);
            Assert.Equal((epochs, batch), (recipe.Epochs, recipe.BatchSize));
            Assert.Equal(schedule, recipe.Schedule.Kind.ToString().ToLowerInvariant());
            Assert.Equal(rate, recipe.Optimizer.LearningRate, 6);
            Assert.Equal(decay, recipe.Optimizer.WeightDecay, 6);
            Assert.Equal(0.9, recipe.Optimizer.Momentum, 6);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Two batches of two, of a size that a test has time for; the networks keep their width and depth.</summary>
    private static IEnumerable<string> Smaller(Recipe recipe)
    {
        yield return "epochs=1";
        yield return "batch_size=2";
        if (recipe.Schedule.Kind == ScheduleKind.Step)
            yield return "schedule.milestones=[1]";
        ModelSpec spec = recipe.ModelFor([new Category(1, "c")], ["c"]);
        if (spec.Input is PictureInputSpec && spec.Backbone.Stem == StemKind.ImageNet)
        {
            yield return "model.input.height=64";
            yield return "model.input.width=64";
        }

        if (recipe.Augmentation.ShorterSides.Count > 0)
        {
            yield return "augmentation.shorter_side=[64]";
            yield return "augmentation.longer_side=96";
        }
    }

    private string WriteData(string name, DataFolderKind kind) => kind switch
    {
        DataFolderKind.Coco => TinyData.Coco(In("data"), trainingPictures: 4),
        DataFolderKind.EventClasses => TinyData.Events(In("data"), recordings: 10),
        _ when name.StartsWith("cifar100", StringComparison.Ordinal) => Cifar100(In("data")),
        _ when name.StartsWith("cifar", StringComparison.Ordinal) =>
            CifarFiles.WriteCifar10(In("data"), Cifar10Names, 1),
        _ => TinyData.Classes(In("data"), trainingPictures: 2),
    };

    private static string PathOf(string name) => Path.Combine(Folder, $"{name}.json");

    private static string Cifar100(string folder)
    {
        Directory.CreateDirectory(folder);
        byte[] Records(int count) => [.. Enumerable.Range(0, count).SelectMany(i => CifarFiles.Record([(byte)(i % 20), (byte)i], (y, x, c) => (byte)(y * x + c * i)))];
        File.WriteAllBytes(Path.Combine(folder, "train.bin"), Records(4));
        File.WriteAllBytes(Path.Combine(folder, "test.bin"), Records(2));
        File.WriteAllLines(Path.Combine(folder, "fine_label_names.txt"), Enumerable.Range(0, 100).Select(i => $"fine{i}"));
        return folder;
    }

    private string In(string name) => Path.Combine(_folder, name);
}
