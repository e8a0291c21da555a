using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Requests;

internal static class PictureEndpoint
{
    /// <summary>Describes what every endpoint that takes a picture has in common.</summary>
    public static RouteHandlerBuilder TakesPicture(
        this RouteHandlerBuilder endpoint, PictureEndpointMetadata description) => endpoint
        .WithMetadata(description)
        .WithPictureProblems()
        .WithProblems(ProblemType.NotAcceptable);

    /// <summary>Describes the errors that a picture can have.</summary>
    public static RouteHandlerBuilder WithPictureProblems(this RouteHandlerBuilder endpoint) => endpoint
        .WithProblems(
            ProblemType.MalformedRequest,
            ProblemType.InvalidParameter,
            ProblemType.WrongTask,
            ProblemType.UnknownModel,
            ProblemType.UploadTimeout,
            ProblemType.BodyTooLarge,
            ProblemType.PictureTooLarge,
            ProblemType.UnsupportedBody,
            ProblemType.UnsupportedFormat,
            ProblemType.Undecodable,
            ProblemType.Full,
            ProblemType.NotReady,
            ProblemType.DeadlinePassed);
}
