using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Images;

/// <summary>
/// How a picture becomes the input of a network, the same for training's evaluation and for serving: a detector sees
/// all of it, letterboxed in the colour that normalisation turns to about 0 (the rounded 255 · mean); a classifier
/// sees its centre.
/// </summary>
public sealed class InputPreparation
{
    private readonly Letterbox? _letterbox;
    private readonly CenterCrop? _crop;

    /// <param name="spec">The network; one that takes pictures, not event counts.</param>
    /// <exception cref="InvalidInputException">The network does not take pictures.</exception>
    public InputPreparation(ModelSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Input is not PictureInputSpec input)
            throw new InvalidInputException($"The network {spec.Name} takes event counts, so a picture cannot be its input.");

        if (spec.Task == ModelTask.Detection)
            _letterbox = new Letterbox(input.Height, input.Width, Fill(input));
        else
            _crop = new CenterCrop(input.Height, input.Width);
        ByteCount = input.Height * input.Width * Picture.Channels;
    }

    /// <summary>Bytes of one input: height · width · 3.</summary>
    public int ByteCount { get; }

    /// <summary>Writes the input [height, width, 3] of a picture into <see cref="ByteCount"/> bytes.</summary>
    /// <returns>Detection: how boxes of the input map back to the picture. Classification: null.</returns>
    public LetterboxTransform? Apply(Picture source, Span<byte> destination)
    {
        if (_letterbox is not null)
            return _letterbox.Apply(source, destination);

        _crop!.Apply(source, destination);
        return null;
    }

    /// <summary>The colour that normalisation turns to about 0: the rounded 255 · mean.</summary>
    public static Rgb Fill(PictureInputSpec input) => new(Level(input.Mean[0]), Level(input.Mean[1]), Level(input.Mean[2]));

    private static byte Level(float mean) => (byte)MathF.Round(255 * mean);
}
