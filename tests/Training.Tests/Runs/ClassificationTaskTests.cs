using SpikingDetector.Core.Architecture;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Runs;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Runs;

public sealed class ClassificationTaskTests : IDisposable
{
    private const int Side = 32;

    private readonly string _path = Path.GetTempFileName();

    /// <summary>(1 − s)·CE(label) + s/K·Σ CE(k) over the K classes k (Szegedy et al. 2016, 7).</summary>
    [Fact]
    public void ComputeLosses_SmoothsLabelsAsTheRecipeSays()
    {
        using var scope = NewDisposeScope();
        float[] plain = [.. new[] { 0, 1, 2 }.Select(label => Loss(label, "0"))];
        Assert.NotEqual(plain[0], plain.Average(), 0.01);
        Assert.Equal(0.7 * plain[0] + 0.3 * plain.Average(), Loss(0, "0.3"), 1e-5);
    }

    public void Dispose() => File.Delete(_path);

    private float Loss(int label, string smoothing)
    {
        File.WriteAllText(_path, TinyRecipes.Classifier);
        Recipe recipe = Recipe.Load(_path, [$"label_smoothing={smoothing}"]);
        using var weights = Weights.Initialise(NetworkLayout.Of(recipe.ModelFor([], ["a", "b", "c"])), CPU, 1);
        var task = TrainingTasks.ForTraining(weights, recipe, new DataSet { Training = [], Validation = [] }, null);
        var pixels = new byte[2 * Side * Side * 3];
        new Random(1).NextBytes(pixels);
        return task.ComputeLosses(new Batch(Side, Side, pixels, [Target.OfClass(label), Target.OfClass(label)], [0, 1])).Total.item<float>();
    }
}
