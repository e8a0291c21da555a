using SpikingDetector.Core.Specs;

namespace SpikingDetector.Service.Models;

/// <summary>What a network sees.</summary>
/// <param name="Kind">pictures, or events: counts in a frame for each time step.</param>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">Numbers of a pixel: 3 colours, or 2 polarities.</param>
/// <param name="TimeSteps">Events: T, frames of an input; left out for pictures, which are the same at every step.</param>
internal sealed record ModelInput(string Kind, int Width, int Height, int Channels, int? TimeSteps)
{
    public static ModelInput Of(ModelSpec spec)
    {
        bool events = spec.Input is EventInputSpec;
        return new ModelInput(
            events ? "events" : "pictures",
            spec.Input.Width,
            spec.Input.Height,
            spec.Input.Channels,
            events ? spec.Backbone.TimeSteps : null);
    }
}
