namespace SpikingDetector.Service.Load;

/// <summary>How a picture is sent.</summary>
internal enum BodyForm
{
    /// <summary>The picture's bytes are the body.</summary>
    Raw,

    /// <summary>A form with one field, as browsers and curl's <c>-F</c> send it.</summary>
    Multipart,

    /// <summary>A JSON object that holds the picture in base64.</summary>
    Json,
}
