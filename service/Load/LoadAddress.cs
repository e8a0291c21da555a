using SpikingDetector.Core;

namespace SpikingDetector.Service.Load;

/// <summary>Where requests go and which headers they carry, from what was typed.</summary>
internal static class LoadAddress
{
    /// <summary>The service's address with a path and a query.</summary>
    /// <exception cref="InvalidInputException">It is no address.</exception>
    public static Uri Of(string url, string? route, string defaultRoute, string? query)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? service) || (service.Scheme != Uri.UriSchemeHttp && service.Scheme != Uri.UriSchemeHttps))
            throw new InvalidInputException($"'{url}' is not the address of a service; expected one such as http://localhost:8080.");
        if (service.Query.Length > 0 || service.Fragment.Length > 0)
            throw new InvalidInputException($"'{url}' has a query or fragment; expected the address alone, and the query with --query.");

        string path = service.AbsolutePath.TrimEnd('/');
        if (route is not null || path.Length == 0)
            path += "/" + (route ?? defaultRoute).TrimStart('/');
        return new UriBuilder(service) { Path = path, Query = query?.TrimStart('?') ?? "" }.Uri;
    }

    /// <summary>A header as <c>Name: value</c>.</summary>
    /// <exception cref="InvalidInputException">It is no such text.</exception>
    public static KeyValuePair<string, string> Header(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon > 0 ? text[..colon].Trim() : "";
        string value = text[(colon + 1)..].Trim();
        using var request = new HttpRequestMessage();
        return name.Length > 0 && request.Headers.TryAddWithoutValidation(name, value) && !value.AsSpan().ContainsAny('\r', '\n')
            ? new KeyValuePair<string, string>(name, value)
            : throw new InvalidInputException($"'{name}' is not a header that requests can be given; expected 'Name: value'.");
    }
}
