using Microsoft.ML.OnnxRuntime;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Inference;

/// <summary>
/// Event recordings of one run, float [capacity, T, 2, height, width]: how many events of each polarity each position had
/// in the frame of each time step. Made by <see cref="ModelSession.CreateEventBatch"/>.
/// </summary>
public sealed class EventBatch : InputBatch
{
    private readonly InputMemory<float> _counts;

    internal EventBatch(EventInputSpec input, int timeSteps, int capacity, int? fixedSize)
        : base(capacity, fixedSize) =>
        _counts = new InputMemory<float>(Math.Max(capacity, fixedSize ?? 0), timeSteps, input.Channels, input.Height, input.Width);

    /// <summary>Copies the frames of a recording, T · 2 · height · width counts.</summary>
    public void Add(ReadOnlySpan<float> frames)
    {
        if (frames.Length != _counts.InputLength)
            throw new ArgumentException($"Expected {_counts.InputLength} counts, not {frames.Length}.", nameof(frames));

        frames.CopyTo(_counts[TakeNext()]);
    }

    public override void Append(InputBatch other)
    {
        if (other is not EventBatch recordings)
            throw new ArgumentException("Pictures and event counts cannot be one batch.", nameof(other));

        for (int i = 0; i < recordings.Count; i++)
            Add(recordings._counts[i]);
    }

    public override void Dispose()
    {
        Clear();
        _counts.Dispose();
    }

    internal override OrtValue ToTensor() => _counts.ToTensor(RunSize);

    internal override LetterboxTransform? Transform(int index) => null;
}
