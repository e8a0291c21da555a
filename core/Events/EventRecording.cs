namespace SpikingDetector.Core.Events;

/// <summary>
/// The events of a recording in their order. Each is two bytes: its place in a frame [2, 128, 128] of counts. Times are
/// not kept, because frames are cut by number.
/// </summary>
public sealed class EventRecording
{
    /// <summary>Pixels along either side of the sensor.</summary>
    public const int Side = 128;

    private const int FrameSize = EventFrames.Polarities * Side * Side;

    private readonly ushort[] _places;
    private readonly string _name;

    internal EventRecording(ushort[] places, string name)
    {
        _places = places;
        _name = name;
    }

    /// <summary>How many events there are.</summary>
    public int Count => _places.Length;

    /// <summary>
    /// Counts the events of T slices of equal numbers: slice j holds events j·⌊N/T⌋ to (j + 1)·⌊N/T⌋, the last one all
    /// that follow.
    /// </summary>
    /// <exception cref="EventDataException">There are fewer events than steps.</exception>
    public EventFrames ToFrames(int timeSteps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeSteps, 1);
        if (Count < timeSteps)
        {
            throw new EventDataException(
                EventDataError.Unfit,
                $"{_name} has {Count} events, too few for {timeSteps} time steps: each step needs at least one.");
        }

        var counts = new float[timeSteps * FrameSize];
        int each = Count / timeSteps;
        for (int step = 0; step < timeSteps; step++)
        {
            int end = step == timeSteps - 1 ? Count : (step + 1) * each;
            Span<float> frame = counts.AsSpan(step * FrameSize, FrameSize);
            foreach (ushort place in _places.AsSpan()[(step * each)..end])
                frame[place]++;
        }

        return new EventFrames(timeSteps, Side, Side, counts);
    }

    /// <summary>Where in a frame [2, 128, 128] an event is counted.</summary>
    internal static ushort Place(int polarity, int y, int x) => (ushort)((polarity * Side + y) * Side + x);
}
