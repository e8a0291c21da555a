using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace SpikingDetector.Service.Security;

/// <summary>Who may use the service: the configuration section <c>Security</c>.</summary>
internal sealed partial class SecurityOptions : IValidatableObject
{
    public const string Section = "Security";

    /// <summary>The keys that are taken; none unless set, and then everybody may use everything but the reload of models.</summary>
    public IList<ApiKeyOptions> ApiKeys { get; } = [];

    /// <summary>Whether <c>/metrics</c> needs no key; false unless set: what is served, and how much, is not for everybody.</summary>
    public bool OpenMetrics { get; set; }

    /// <summary>
    /// Origins, such as <c>https://app.example.com</c>, whose pages may call the service from a browser; none unless set, and then
    /// only the service's own page may.
    /// </summary>
    public IList<string> AllowedOrigins { get; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        ApiKeys.SelectMany(Complaints).Concat(AllowedOrigins.Where(origin => !IsOrigin(origin)).Select(origin =>
            $"AllowedOrigins has '{origin}', which is not an origin such as https://app.example.com: scheme and host, no path, no '*'."))
            .Select(complaint => new ValidationResult(complaint));

    private IEnumerable<string> Complaints(ApiKeyOptions key, int index)
    {
        if (!NamePattern().IsMatch(key.Name))
            yield return $"ApiKeys:{index}:Name must be 1 to 64 letters, digits, '.', '_' or '-'.";
        else if (ApiKeys.Take(index).Any(other => other.Name == key.Name))
            yield return $"ApiKeys:{index}:Name is '{key.Name}' like another's: give each key a name of its own.";
        if (key.Sha256.Length != 2 * SHA256.HashSizeInBytes || !key.Sha256.All(char.IsAsciiHexDigit))
            yield return $"ApiKeys:{index}:Sha256 must be the 64 hexadecimal digits that the command hash-key prints, not the key itself.";
        else if (ApiKeys.Take(index).Any(other => other.Sha256.Equals(key.Sha256, StringComparison.OrdinalIgnoreCase)))
            yield return $"ApiKeys:{index}:Sha256 is that of another key: make a key for each client.";
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
        && text.Equals(address.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase)
        && address.UserInfo.Length == 0;

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex NamePattern();
}
