namespace SpikingDetector.Service.ApiDescription;

/// <summary>An answer of an endpoint as it could be, for its description.</summary>
internal sealed record AnswerExample(object Value);

internal static class AnswerExampleExtensions
{
    /// <summary>Shows this answer in the description; one that <see cref="ServiceJson"/> can write.</summary>
    public static RouteHandlerBuilder WithExample(this RouteHandlerBuilder endpoint, object answer) =>
        endpoint.WithMetadata(new AnswerExample(answer));
}
