namespace SpikingDetector.Service.Tests.ApiDescription;

/// <summary>A request to an operation, and what it is to be answered with.</summary>
internal sealed record DescribedCall(
    string Operation,
    ServiceKind Service,
    HttpMethod Method,
    string Address,
    int Status,
    Func<HttpContent>? Content = null,
    string? Accept = null,
    string? Key = null)
{
    public HttpRequestMessage ToRequest()
    {
        var request = new HttpRequestMessage(Method, Address) { Content = Content?.Invoke() };
        if (Accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", Accept);
        if (Key is not null)
            request.Headers.TryAddWithoutValidation("X-API-Key", Key);
        return request;
    }

    public override string ToString() => $"{Operation}: {Method} {Address} of the service {Service}, to be answered {Status}";
}
