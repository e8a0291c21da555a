using SpikingDetector.Core.Images;
using SpikingDetector.Inference;
using SpikingDetector.Service.Models;

namespace SpikingDetector.Service.Work;

/// <summary>What to do with a picture once it is uploaded.</summary>
/// <typeparam name="T">One thing that the network says about it.</typeparam>
/// <param name="Model">The model to run.</param>
/// <param name="Run">Runs it on a batch of this one picture.</param>
/// <param name="Draw">Makes the picture's file with what was found; null where nobody asked for it.</param>
internal sealed record PictureJob<T>(
    ServedModel Model,
    Func<InputBatch, CancellationToken, IReadOnlyList<T>> Run,
    Func<Picture, IReadOnlyList<T>, byte[]>? Draw = null);
