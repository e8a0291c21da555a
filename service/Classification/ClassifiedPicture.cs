using Microsoft.AspNetCore.Mvc;
using SpikingDetector.Inference;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.Work;

namespace SpikingDetector.Service.Classification;

/// <summary>What became of one of several pictures or recordings: its classes, or a problem.</summary>
/// <param name="Index">Its position in the request, from 0; left out where the problem is that of the whole request.</param>
/// <param name="Name">What the client calls the file; left out where it does not say.</param>
/// <param name="Model">In a line of its own the model that looked at it.</param>
/// <param name="Image">The picture's size as a viewer shows it, or that of the event camera.</param>
/// <param name="Predictions">By descending probability.</param>
/// <param name="TimingsMs">Where the time went, in milliseconds.</param>
/// <param name="Activity">What the neurons did, where that was asked for.</param>
/// <param name="Problem">Why there is no answer; the other pictures have theirs.</param>
internal sealed record ClassifiedPicture(
    int? Index,
    string? Name,
    ModelReference? Model,
    PictureSize? Image,
    IReadOnlyList<Prediction>? Predictions,
    PictureTimings? TimingsMs,
    SpikeActivity? Activity,
    ProblemDetails? Problem)
{
    public static ClassifiedPicture Of(FileOutcome<IReadOnlyList<Prediction>> outcome, ServedModel model, bool alone) =>
        outcome.Result is { } result
            ? new ClassifiedPicture(
                outcome.Index,
                outcome.Name,
                alone ? ModelReference.To(model) : null,
                new PictureSize(result.Width, result.Height),
                result.Found,
                result.Timings,
                result.Activity,
                null)
            : new ClassifiedPicture(
                outcome.Index < 0 ? null : outcome.Index, outcome.Name, null, null, null, null, null, ProblemWriter.Describe(outcome.Problem!));
}
