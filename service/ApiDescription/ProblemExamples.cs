using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.ApiDescription;

/// <summary>A sentence for each type of problem such as the service answers.</summary>
internal static class ProblemExamples
{
    private static readonly Dictionary<ProblemType, string> Details = new()
    {
        [ProblemType.MalformedRequest] = "The form has no file: send the picture in the field image.",
        [ProblemType.InvalidParameter] = "The parameter max_detections must be a whole number from 1 to 100.",
        [ProblemType.WrongTask] = "The model cifar10-sg10 is for classification; models for detection: bccd-sg10.",
        [ProblemType.Unauthorized] = "This address needs a key: send it in the header X-API-Key, or as Authorization: Bearer.",
        [ProblemType.Forbidden] = "The key camera-3 may not do this: it needs MayReload in the service's configuration.",
        [ProblemType.UnknownModel] = "No model of that name and version is served; /models lists those that are.",
        [ProblemType.NotAcceptable] = "The request accepts none of the types that are answered: application/json, image/png.",
        [ProblemType.UploadTimeout] = "The body did not come within 120 s: send it faster, or a smaller one.",
        [ProblemType.BodyTooLarge] = "The body has more than the 20000000 bytes that are taken: send a smaller file.",
        [ProblemType.TooManyRows] = "The request has more rows than the 16 that are taken at once: send them in several requests.",
        [ProblemType.PictureTooLarge] = "The picture has 30000 x 20000 pixels, more than are taken: send a smaller one.",
        [ProblemType.UnsupportedBody] = "The body has a content encoding, and none is taken: send the file as it is.",
        [ProblemType.UnsupportedFormat] = "The picture is not of a format that is read: expected JPEG, PNG, WebP or BMP.",
        [ProblemType.Undecodable] = "The JPEG picture is damaged and cannot be decoded: send it again.",
        [ProblemType.EventsTooLarge] = "The recording has more events than are taken: send a shorter one.",
        [ProblemType.UnusableEvents] = "The recording has an event outside of the sensor's 128 x 128 pixels.",
        [ProblemType.RateLimited] = "This client has sent more than 10 requests a second and 20 at once: wait as long as Retry-After says.",
        [ProblemType.InternalError] = "Something went wrong in the service; its log has more. The request was not at fault.",
        [ProblemType.Full] = "The model bccd-sg10 already has 64 pictures before it: try again in a moment.",
        [ProblemType.NotReady] = "The models are still being loaded: try again in a moment.",
        [ProblemType.DeadlinePassed] = "There was no answer within 30 s: try again, or with a smaller picture.",
    };

    public static string DetailOf(ProblemType type) => Details[type];
}
