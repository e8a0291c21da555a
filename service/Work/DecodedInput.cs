using SpikingDetector.Core.Images;
using SpikingDetector.Inference;

namespace SpikingDetector.Service.Work;

/// <summary>An upload as the input of a network. Dispose of it after the run.</summary>
/// <param name="Batch">The one input.</param>
/// <param name="Width">Pixels of a row, of the picture as a viewer shows it or of the event camera.</param>
/// <param name="Height">Rows.</param>
/// <param name="Picture">The picture, where it was to be kept; else null.</param>
internal sealed record DecodedInput(InputBatch Batch, int Width, int Height, Picture? Picture) : IDisposable
{
    public void Dispose()
    {
        Batch.Dispose();
        Picture?.Dispose();
    }
}
