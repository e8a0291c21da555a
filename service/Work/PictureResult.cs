using SpikingDetector.Core.Images;
using SpikingDetector.Inference;

namespace SpikingDetector.Service.Work;

/// <summary>What became of a picture or recording.</summary>
/// <typeparam name="T">What is answered about it.</typeparam>
/// <param name="Width">Pixels of its rows, as a viewer shows it, or of the event camera.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Found">What the network says.</param>
/// <param name="Drawing">The picture's file with what was found drawn on it, where that was asked for.</param>
/// <param name="Timings">Where the time went.</param>
/// <param name="Activity">What the neurons did, where that was asked for.</param>
internal sealed record PictureResult<T>(int Width, int Height, T Found, EncodedPicture? Drawing, PictureTimings Timings, SpikeActivity? Activity);
