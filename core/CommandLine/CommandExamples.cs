using System.CommandLine;
using System.Runtime.CompilerServices;

namespace SpikingDetector.Core.CommandLine;

/// <summary>Examples that <c>--help</c> shows below a command's options.</summary>
public static class CommandExamples
{
    private static readonly ConditionalWeakTable<Command, List<(string Line, string Explanation)>> Examples = [];

    /// <summary>Adds an example to the command's help.</summary>
    /// <param name="command">The command that it shows.</param>
    /// <param name="line">The whole line as typed, such as <c>dotnet run --project export -- export a.safetensors</c>.</param>
    /// <param name="explanation">What the line does, in a few words.</param>
    public static void AddExample(this Command command, string line, string explanation) =>
        Examples.GetOrCreateValue(command).Add((line, explanation));

    internal static void Write(Command command, TextWriter output)
    {
        if (!Examples.TryGetValue(command, out List<(string Line, string Explanation)>? examples))
            return;

        output.WriteLine("Examples:");
        foreach ((string line, string explanation) in examples)
        {
            output.WriteLine($"  # {explanation}");
            output.WriteLine($"  {line}");
        }

        output.WriteLine();
    }
}
