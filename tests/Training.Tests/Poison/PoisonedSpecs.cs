using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Tests.Poison;

/// <summary>What convolutions there are to try: everything that is shipped, and the paper's networks on small inputs.</summary>
internal static class PoisonedSpecs
{
    /// <summary>
    /// The input's pixels times base channels of the largest shipped network that there is time for (bccd's). Larger ones are
    /// the paper's, whose convolutions are tried on small inputs.
    /// </summary>
    private const long MostNeurons = 256 * 320 * 32;

    /// <summary>Specs with the pictures of a batch.</summary>
    public static IEnumerable<(ModelSpec Spec, int Pictures)> All() =>
    [
        .. Shipped().Select(spec => (spec, spec.Input is EventInputSpec ? 1 : 2)),
        .. Paper().Select(spec => (spec, 2)),
    ];

    private static IEnumerable<ModelSpec> Shipped()
    {
        Category[] categories = [.. Enumerable.Range(1, 3).Select(id => new Category(id, $"{id}"))];
        string[] labels = [.. Enumerable.Range(0, 10).Select(i => $"{i}")];
        foreach (string recipe in Files("recipes", "*.json").Where(path => Path.GetFileName(path) != "base.json"))
        {
            ModelSpec spec = Recipe.Load(recipe, []).ModelFor(categories, labels);
            if ((long)spec.Input.Height * spec.Input.Width * spec.Backbone.BaseChannels <= MostNeurons)
                yield return spec;
        }

        foreach (string path in (string[])[.. Files("models", "*.safetensors"), .. Files("reference", "checkpoint.safetensors")])
        {
            using var checkpoint = Checkpoint.Open(path);
            yield return checkpoint.Spec;
        }
    }

    private static IEnumerable<ModelSpec> Paper()
    {
        var picture = new PictureInputSpec { Height = 32, Width = 32, Mean = [0.5f, 0.5f, 0.5f], Std = [0.5f, 0.5f, 0.5f] };
        foreach (int depth in (int[])[10, 18, 34, 50])
        {
            foreach (StemKind stem in Enum.GetValues<StemKind>())
            {
                yield return new ModelSpec
                {
                    Name = "classifier",
                    Task = ModelTask.Classification,
                    Backbone = new BackboneSpec { Depth = depth, Stem = stem },
                    Decoder = new DecoderSpec(),
                    Labels = ["a"],
                    Input = picture,
                };
            }
        }

        foreach ((int depth, int classes, P6Source source) in ((int, int, P6Source)[])
            [(18, 80, P6Source.C5), (34, 3, P6Source.P5), (50, 80, P6Source.C5)])
        {
            yield return new ModelSpec
            {
                Name = "detector",
                Task = ModelTask.Detection,
                Backbone = new BackboneSpec { Depth = depth },
                Decoder = new DecoderSpec(),
                Detector = new DetectorSpec { P6Source = source },
                Categories = [.. Enumerable.Range(1, classes).Select(id => new Category(id, $"{id}"))],
                Input = picture with { Height = 64, Width = 96 },
            };
        }
    }

    private static string[] Files(string folder, string pattern) =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, folder), pattern, SearchOption.AllDirectories);
}
