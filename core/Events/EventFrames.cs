using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Events;

/// <summary>How many events each pixel had of each polarity in each time step.</summary>
public sealed class EventFrames
{
    /// <summary>Channels of a frame: events of polarity 0, then of polarity 1.</summary>
    public const int Polarities = EventInputSpec.Polarities;

    /// <param name="timeSteps">T, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Pixels of a row, at least 1.</param>
    /// <param name="counts">[T, 2, height, width], row-major, finite and not negative; kept, not copied.</param>
    /// <exception cref="ArgumentException">The array's length is not T · 2 · height · width.</exception>
    public EventFrames(int timeSteps, int height, int width, float[] counts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.LongLength != (long)timeSteps * Polarities * height * width)
        {
            throw new ArgumentException(
                $"{timeSteps} steps of {width}×{height} do not have {counts.Length} counts.", nameof(counts));
        }

        TimeSteps = timeSteps;
        Height = height;
        Width = width;
        Counts = counts;
    }

    /// <summary>T.</summary>
    public int TimeSteps { get; }

    /// <summary>Rows of the sensor.</summary>
    public int Height { get; }

    /// <summary>Pixels of a row of the sensor.</summary>
    public int Width { get; }

    /// <summary>[T, 2, Height, Width], row-major.</summary>
#pragma warning disable CA1819 // The array is the frames: networks take it as it is.
    public float[] Counts { get; }
#pragma warning restore CA1819
}
