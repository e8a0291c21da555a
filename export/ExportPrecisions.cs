using SpikingDetector.Core;

namespace SpikingDetector.Export;

/// <summary>Names of <see cref="ExportPrecision"/> on the command line and in a file's metadata.</summary>
public static class ExportPrecisions
{
    private static readonly Dictionary<string, ExportPrecision> ByName = new()
    {
        ["float32"] = ExportPrecision.Float32,
        ["float16"] = ExportPrecision.Float16,
        ["int8"] = ExportPrecision.Int8,
        ["int8-exact"] = ExportPrecision.Int8Exact,
    };

    /// <summary>All names, for a help text.</summary>
    public static string Names => string.Join(", ", ByName.Keys);

    /// <exception cref="InvalidInputException">There is none of this name.</exception>
    public static ExportPrecision Parse(string name) => ByName.TryGetValue(name, out ExportPrecision precision)
        ? precision
        : throw new InvalidInputException($"The precision '{name}' does not exist; expected one of {Names}.");

    public static string Name(this ExportPrecision precision) => ByName.Single(entry => entry.Value == precision).Key;
}
