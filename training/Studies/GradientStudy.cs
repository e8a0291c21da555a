using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Runs;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Studies;

/// <summary>
/// How gradients flow through untrained networks of growing depth: SG with each gradient of its gate, Spiking, SEW. One batch of
/// training pictures each, forward and backward.
/// </summary>
internal sealed class GradientStudy(StudyScale scale, Device device)
{
    public const string Name = "gradient-flow";

    /// <summary>62 is the paper's question taken further than its 34.</summary>
    private static readonly int[] UsualDepths = [18, 34, 62];

    public static IReadOnlyList<Variant> Variants { get; } =
        [Variant.SpikeGate, Variant.DetachedGradient, Variant.LiteralGradient, Variant.Spiking, Variant.SewAdd, Variant.SewIand];

    /// <summary>Measures all networks.</summary>
    /// <param name="onMeasured">Hears of each.</param>
    /// <param name="cancellation">Stops before the next.</param>
    public IReadOnlyList<GradientProfile> Measure(Action<GradientProfile> onMeasured, CancellationToken cancellation)
    {
        var profiles = new List<GradientProfile>();
        DataSet? data = null;
        foreach (int depth in scale.Depths ?? UsualDepths)
        {
            foreach (Variant variant in Variants)
            {
                var recipe = Recipe.Load(scale.Recipe, [.. scale.Overrides, .. variant.Overrides]);
                data ??= DataSet.Read(scale.Data, recipe);
                foreach (int seed in Enumerable.Range(0, scale.Seeds))
                {
                    cancellation.ThrowIfCancellationRequested();
                    profiles.Add(Measure(recipe, data, variant, depth, seed));
                    onMeasured(profiles[^1]);
                }
            }
        }

        return profiles;
    }

    private GradientProfile Measure(Recipe recipe, DataSet data, Variant variant, int depth, int seed)
    {
        ModelSpec spec = recipe.ModelFor(data.Categories, data.Labels);
        spec = spec with { Backbone = spec.Backbone with { Depth = depth } };
        using Weights weights = Weights.Initialise(NetworkLayout.Of(spec), device, seed);
        TrainingTask task = TrainingTasks.ForTraining(weights, recipe, data, teacher: null);
        using var scope = NewDisposeScope();
        Batch batch = data.TrainingBatches(spec, recipe.Augmentation, recipe.BatchSize, seed).Epoch(0, 0, CancellationToken.None).First();
        task.Backpropagate(task.ComputeLosses(batch));
        string[] convolutions =
            [weights.Network.Stem.Name, .. weights.Network.Stages.SelectMany(stage => stage.Blocks).Select(block => block.Branch[0].Convolution.Name)];
        return new GradientProfile(variant, depth, seed, [.. convolutions.Select(name => Norm(weights[$"{name}.weight"]))]);
    }

    private static double Norm(Tensor parameter)
    {
        using var noGrad = no_grad();
        using Tensor norm = parameter.grad!.norm();
        return norm.item<float>();
    }
}
