using System.CommandLine;

namespace SpikingDetector.Export.Commands;

/// <summary>Options that several commands have.</summary>
internal static class SharedOptions
{
    public static Option<bool> Json() =>
        new("--json") { Description = "Print the result as JSON on standard output and nothing else there." };
}
