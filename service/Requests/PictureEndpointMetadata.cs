namespace SpikingDetector.Service.Requests;

/// <summary>What an endpoint that takes a picture has of its own, for its description.</summary>
/// <param name="Parameters">Its query parameters.</param>
/// <param name="One">An answer to one picture as it could be.</param>
/// <param name="OneWithActivity">The same, where its spike activity was asked for.</param>
/// <param name="Several">An answer to several.</param>
/// <param name="Line">A line of an answer as <c>application/x-ndjson</c>.</param>
/// <param name="PictureAnswers">Picture types in which it can answer too.</param>
/// <param name="TakesEvents">Whether it takes event data too, for models whose input they are.</param>
internal sealed record PictureEndpointMetadata(
    IReadOnlyList<QueryParameter> Parameters,
    object One,
    object OneWithActivity,
    object Several,
    object Line,
    IReadOnlyList<string> PictureAnswers,
    bool TakesEvents = false);
