namespace SpikingDetector.Service.Security;

/// <summary>One key that clients may use.</summary>
internal sealed class ApiKeyOptions
{
    /// <summary>Whose key it is, for the log and the rate limit: 1…64 letters, digits, <c>.</c>, <c>_</c>, <c>-</c>; each name once.</summary>
    public string Name { get; set; } = "";

    /// <summary>SHA-256 of the key in UTF-8, 64 hexadecimal digits, as the command <c>hash-key</c> prints it.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>Whether the key may have the models reloaded; false unless set.</summary>
    public bool MayReload { get; set; }
}
