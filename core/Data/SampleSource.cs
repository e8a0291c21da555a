using SpikingDetector.Core.Images;

namespace SpikingDetector.Core.Data;

/// <summary>Where a picture or recording is: a file of its own, or a record of a file that many share. Its text says it to people.</summary>
public abstract class SampleSource
{
    /// <summary>The file.</summary>
    public abstract string Path { get; }

    /// <summary>Reads the picture; safe to call from several threads.</summary>
    /// <exception cref="InvalidInputException">It is gone or no picture; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read.</exception>
    public abstract Picture ReadPicture();

    public override string ToString() => Path;
}
