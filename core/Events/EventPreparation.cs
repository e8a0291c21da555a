using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Events;

/// <summary>
/// How event data become the input of a network, the same for training and for serving: a recording is cut into the
/// network's time steps, frames must have its shape. Nothing is scaled.
/// </summary>
public sealed class EventPreparation
{
    private readonly string _network;
    private readonly int _timeSteps;
    private readonly EventInputSpec _input;

    /// <param name="spec">The network; one that takes event counts, not pictures.</param>
    /// <exception cref="InvalidInputException">The network takes pictures.</exception>
    public EventPreparation(ModelSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Input is not EventInputSpec input)
            throw new InvalidInputException($"The network {spec.Name} takes pictures, so event data cannot be its input.");

        _network = spec.Name;
        _timeSteps = spec.Backbone.TimeSteps;
        _input = input;
        CountsOfInput = _timeSteps * EventFrames.Polarities * _input.Height * _input.Width;
    }

    /// <summary>Numbers of one input: T · 2 · height · width.</summary>
    public int CountsOfInput { get; }

    /// <summary>Reads a file's bytes, whose format they tell themselves.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="limits">How large it may be; <see cref="EventLimits.Default"/> unless given.</param>
    /// <returns>Frames of the network's shape [T, 2, height, width].</returns>
    /// <exception cref="EventDataException">
    /// It is empty, of another format, too large, damaged, or not of the network's shape.
    /// </exception>
    public EventFrames Read(ReadOnlySpan<byte> content, EventLimits? limits = null) =>
        Read(content, limits ?? EventLimits.Default, "The event data");

    /// <summary>Reads a file. Complaints name it.</summary>
    /// <exception cref="EventDataException">As for bytes.</exception>
    /// <exception cref="InvalidInputException">There is no such file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public EventFrames ReadFile(string path, EventLimits? limits = null)
    {
        limits ??= EventLimits.Default;
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new InvalidInputException($"There is no recording {path}.");
        if (file.Length > limits.MaxBytes)
        {
            throw new EventDataException(
                EventDataError.TooLarge, $"{path} has {file.Length} bytes, and at most {limits.MaxBytes} are read.");
        }

        return Read(File.ReadAllBytes(path), limits, path);
    }

    private EventFrames Read(ReadOnlySpan<byte> content, EventLimits limits, string name)
    {
        if (content.IsEmpty)
            throw new EventDataException(EventDataError.Empty, $"{name} has 0 bytes; expected {EventFormats.Names}.");
        return EventFormats.Detect(content) switch
        {
            EventFormat.Aedat => ReadRecording(content, limits, name),
            EventFormat.Npy => CheckShape(NpyReader.Read(content, limits, name), name),
            EventFormat.Npz => CheckShape(NpzReader.Read(content, limits, name), name),
            _ => throw Unsupported(content, name),
        };
    }

    private EventFrames ReadRecording(ReadOnlySpan<byte> content, EventLimits limits, string name)
    {
        const int side = EventRecording.Side;
        EventRecording recording = AedatReader.Read(content, limits, name);
        if (_input.Height != side || _input.Width != side)
        {
            throw new EventDataException(
                EventDataError.Unfit,
                $"{name} is of a {side}×{side} sensor, and the network {_network} takes {_input.Width}×{_input.Height}: "
                + "recordings are not scaled, so use a network with sides of 128.");
        }

        return recording.ToFrames(_timeSteps);
    }

    private EventFrames CheckShape(EventFrames frames, string name)
    {
        if (frames.TimeSteps == _timeSteps && frames.Height == _input.Height && frames.Width == _input.Width)
            return frames;
        throw new EventDataException(
            EventDataError.Unfit,
            $"{name} has the shape {Shape(frames.TimeSteps, frames.Height, frames.Width)}, and the network {_network} takes "
            + $"{Shape(_timeSteps, _input.Height, _input.Width)}: cut the recording into frames of that shape.");

        static string Shape(int timeSteps, int height, int width) => $"({timeSteps}, {EventFrames.Polarities}, {height}, {width})";
    }

    private EventDataException Unsupported(ReadOnlySpan<byte> content, string name)
    {
        string found = PictureFormats.Detect(content) is { } picture
            ? $"is a {picture} picture, but the network {_network} takes event data"
            : "is not of a format that is read";
        return new EventDataException(EventDataError.UnsupportedFormat, $"{name} {found}: expected {EventFormats.Names}.");
    }
}
