using System.Runtime.InteropServices;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Data;

/// <summary>
/// Recordings as inputs, float32 [T, 2, H, W]. A deleted slice becomes a step without events: the number of steps is the
/// network's own, with attention decoding because its weights are one a step, with rate decoding so that all inputs of a
/// batch have one shape.
/// </summary>
internal sealed class EventInputs : InputSource
{
    private readonly ModelSpec _spec;
    private readonly AugmentationRecipe _augmentation;
    private readonly int _counts;
    private readonly SampleReader<CompactCounts> _recordings;

    public EventInputs(IReadOnlyList<Sample> samples, ModelSpec spec, AugmentationRecipe augmentation, WhenUnreadable whenUnreadable)
    {
        var preparation = new EventPreparation(spec);
        _spec = spec;
        _augmentation = augmentation;
        _counts = preparation.CountsOfInput;
        _recordings = new SampleReader<CompactCounts>(
            samples,
            source => new CompactCounts(preparation.ReadFile(source.Path).Counts),
            counts => counts.ByteCount,
            whenUnreadable);
        Count = samples.Count;
    }

    public override int Count { get; }

    public override UnreadableSamples Unreadable => _recordings.Unreadable;

    public override SampleInput? Make(int index, Random random)
    {
        if (_recordings.Read(index) is not var (recording, target))
            return null;
        var input = new byte[_counts * sizeof(float)];
        Span<float> frames = MemoryMarshal.Cast<byte, float>(input.AsSpan());
        recording.CopyTo(frames);
        DeleteSlices(frames, random);
        bool mirror = random.NextSingle() < _augmentation.HorizontalFlip;
        bool turn = random.NextSingle() < _augmentation.VerticalFlip;
        if (mirror)
            FlipHorizontally(frames);
        if (turn)
            FlipVertically(frames);
        return new SampleInput(_spec.Input.Height, _spec.Input.Width, input, target);
    }

    private void DeleteSlices(Span<float> frames, Random random)
    {
        int[] steps = [.. Enumerable.Range(0, _spec.Backbone.TimeSteps)];
        random.Shuffle(steps);
        int frame = frames.Length / steps.Length;
        foreach (int step in steps.AsSpan(0, _augmentation.DeleteSlices))
            frames.Slice(step * frame, frame).Clear();
    }

    private void FlipHorizontally(Span<float> frames)
    {
        int width = _spec.Input.Width;
        for (int row = 0; row < frames.Length; row += width)
            frames.Slice(row, width).Reverse();
    }

    private void FlipVertically(Span<float> frames)
    {
        int plane = _spec.Input.Height * _spec.Input.Width;
        for (int start = 0; start < frames.Length; start += plane)
            frames.Slice(start, plane).Reverse();
        FlipHorizontally(frames);
    }
}
