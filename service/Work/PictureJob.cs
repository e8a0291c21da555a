using SpikingDetector.Core.Images;
using SpikingDetector.Inference;
using SpikingDetector.Service.Models;

namespace SpikingDetector.Service.Work;

/// <summary>What to do with a picture or recording once it is uploaded.</summary>
/// <typeparam name="T">What is answered about it.</typeparam>
/// <param name="Model">The model to run.</param>
/// <param name="Read">Reads what a run says about an input: the run's outputs, the row there, the input.</param>
/// <param name="Draw">Makes the picture's file with what was found; null where nobody asked for it.</param>
/// <param name="WithActivity">Whether to tell what the neurons did, which the model must be able to.</param>
internal sealed record PictureJob<T>(
    ServedModel Model,
    Func<ModelOutputs, int, InputBatch, T> Read,
    Func<Picture, T, EncodedPicture>? Draw = null,
    bool WithActivity = false)
{
    /// <summary>The outputs of the model that are read.</summary>
    public IReadOnlyList<string> Outputs => WithActivity ? Model.Session.ActivityOutputs : Model.Session.AnswerOutputs;
}
