using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace SpikingDetector.Service.Security;

/// <summary>The keys of the configuration, of which only hashes are known.</summary>
internal sealed class ApiKeys(IOptions<SecurityOptions> options)
{
    public const string Scheme = "ApiKey";
    public const string ReloadRight = "may-reload";

    /// <summary>Longer than any key that makes sense; the hash of more is not worth computing.</summary>
    private const int LongestKey = 256;

    private readonly Entry[] _entries = [.. options.Value.ApiKeys.Select(key => new Entry(Convert.FromHexString(key.Sha256), PrincipalOf(key)))];

    /// <summary>Whether there are any; without them nobody needs one.</summary>
    public bool AreConfigured => _entries.Length > 0;

    /// <summary>Who has this key; null if nobody has.</summary>
    /// <remarks>
    /// The time taken tells nothing: hashes are compared in constant time, and all of them, whether one has fitted or not. Keys are
    /// random and long, so a fast hash without salt does: there is nothing to guess.
    /// </remarks>
    public ClaimsPrincipal? Find(string key)
    {
        if (key.Length > LongestKey)
            return null;

        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(LongestKey)];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(key, bytes)], hash);
        ClaimsPrincipal? found = null;
        foreach (Entry entry in _entries)
            found = CryptographicOperations.FixedTimeEquals(hash, entry.Hash) ? entry.Principal : found;
        return found;
    }

    /// <summary>Made once; requests only read it.</summary>
    private static ClaimsPrincipal PrincipalOf(ApiKeyOptions key)
    {
        var identity = new ClaimsIdentity(Scheme);
        identity.AddClaim(new Claim(ClaimTypes.Name, key.Name));
        if (key.MayReload)
            identity.AddClaim(new Claim(ReloadRight, "true"));
        return new ClaimsPrincipal(identity);
    }

    private readonly record struct Entry(byte[] Hash, ClaimsPrincipal Principal);
}
