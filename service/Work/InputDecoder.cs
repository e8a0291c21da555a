using Microsoft.Extensions.Options;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;
using SpikingDetector.Inference;
using SpikingDetector.Service.Events;
using SpikingDetector.Service.Images;
using SpikingDetector.Service.Models;

namespace SpikingDetector.Service.Work;

/// <summary>Uploaded files to what a model takes: a picture, or events of a camera.</summary>
internal sealed class InputDecoder(IOptions<ImageOptions> images, IOptions<EventOptions> events)
{
    private readonly PictureLimits _pictureLimits = new() { MaxPixels = images.Value.MaxPixels, MaxSide = images.Value.MaxSide };
    private readonly EventLimits _eventLimits = new() { MaxEvents = events.Value.MaxEvents };

    /// <param name="model">The model that shall see it.</param>
    /// <param name="file">The file.</param>
    /// <param name="keepPicture">Whether the decoded picture is still needed when the input has been made of it.</param>
    /// <exception cref="PictureException">The model takes pictures, and this is none that can be read.</exception>
    /// <exception cref="EventDataException">The model takes event data, and these cannot be its input.</exception>
    public DecodedInput Decode(ServedModel model, ReadOnlySpan<byte> file, bool keepPicture) =>
        model.TakesEvents ? DecodeEvents(model, file) : DecodePicture(model, file, keepPicture);

    private DecodedInput DecodeEvents(ServedModel model, ReadOnlySpan<byte> file)
    {
        EventFrames frames = new EventPreparation(model.Spec).Read(file, _eventLimits);
        EventBatch batch = model.Session.CreateEventBatch();
        batch.Add(frames.Counts);
        return new DecodedInput(batch, frames.Width, frames.Height, null);
    }

    private DecodedInput DecodePicture(ServedModel model, ReadOnlySpan<byte> file, bool keepPicture)
    {
        if (EventFormats.Detect(file) is not null)
        {
            throw new PictureException(
                PictureError.UnsupportedFormat,
                $"The file holds event data, but the model {model.Name} takes pictures: expected {PictureFormats.Names}.");
        }

        Picture picture = PictureDecoder.DecodeBorrowed(file, _pictureLimits);
        PictureBatch batch = model.Session.CreateBatch();
        batch.Add(picture);
        var input = new DecodedInput(batch, picture.Width, picture.Height, keepPicture ? picture : null);
        if (!keepPicture)
            picture.Dispose();
        return input;
    }
}
