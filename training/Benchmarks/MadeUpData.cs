using System.Runtime.InteropServices;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;

namespace SpikingDetector.Training.Benchmarks;

/// <summary>Noise in the shape of a recipe's input, so that a network can be timed without a data set.</summary>
internal static class MadeUpData
{
    private const int Classes = 10;
    private const int BoxesPerPicture = 4;

    /// <summary>Of the counts, those that are 1 and not 0.</summary>
    private const double EventShare = 0.1;

    /// <summary>A data set without samples that has ten classes.</summary>
    public static DataSet Set { get; } = new()
    {
        Training = [],
        Validation = [],
        Categories = [.. Enumerable.Range(1, Classes).Select(id => new Category(id, $"class {id}"))],
        Labels = [.. Enumerable.Range(1, Classes).Select(id => $"class {id}")],
    };

    /// <summary>The same with a teacher's classes, without which a network could not learn from it.</summary>
    public static DataSet SetFor(ModelSpec teacher) => teacher.Task == ModelTask.Detection
        ? Set with { Categories = teacher.Categories }
        : Set with { Labels = teacher.Labels };

    /// <summary>A batch for a network; always the same.</summary>
    public static Batch Batch(ModelSpec spec, int count)
    {
        var random = new Random(0);
        return new Batch(
            spec.Input.Height,
            spec.Input.Width,
            Input(spec, count, random),
            [.. Enumerable.Range(0, count).Select(_ => Truth(spec, random))],
            [.. Enumerable.Range(0, count)]);
    }

    private static byte[] Input(ModelSpec spec, int count, Random random)
    {
        InputSpec input = spec.Input;
        int positions = count * input.Channels * input.Height * input.Width;
        if (input is not EventInputSpec)
        {
            var pixels = new byte[positions];
            random.NextBytes(pixels);
            return pixels;
        }

        var counts = new byte[positions * spec.Backbone.TimeSteps * sizeof(float)];
        foreach (ref float events in MemoryMarshal.Cast<byte, float>(counts.AsSpan()))
            events = random.NextDouble() < EventShare ? 1 : 0;
        return counts;
    }

    private static Target Truth(ModelSpec spec, Random random)
    {
        if (spec.Task == ModelTask.Classification)
            return Target.OfClass(random.Next(spec.ClassCount));
        return Target.OfBoxes(
            [.. Enumerable.Range(0, BoxesPerPicture).Select(_ => RandomBox(spec.Input, random))],
            [.. Enumerable.Range(0, BoxesPerPicture).Select(_ => random.Next(spec.ClassCount))]);
    }

    /// <summary>Between a sixteenth and a half of the input's sides.</summary>
    private static Box RandomBox(InputSpec input, Random random)
    {
        float width = input.Width * (1 + random.NextSingle() * 7) / 16;
        float height = input.Height * (1 + random.NextSingle() * 7) / 16;
        float left = random.NextSingle() * (input.Width - width);
        float top = random.NextSingle() * (input.Height - height);
        return new Box(left, top, left + width, top + height);
    }
}
