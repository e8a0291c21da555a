using SpikingDetector.Core.Images;
using SpikingDetector.Inference;
using SpikingDetector.Service.Models;

namespace SpikingDetector.Service.Work;

/// <summary>What to do with a picture or recording once it is uploaded.</summary>
/// <typeparam name="T">What is answered about it.</typeparam>
/// <param name="Model">The model to run.</param>
/// <param name="Outputs">The outputs of the model that are read.</param>
/// <param name="Read">Reads what a run says about an input: the run's outputs, the row there, the input.</param>
/// <param name="Draw">Makes the picture's file with what was found; null where nobody asked for it.</param>
internal sealed record PictureJob<T>(
    ServedModel Model,
    IReadOnlyList<string> Outputs,
    Func<ModelOutputs, int, InputBatch, T> Read,
    Func<Picture, T, byte[]>? Draw = null);
