using System.CommandLine;
using SpikingDetector.Service.Benchmarks;
using SpikingDetector.Service.Load;

namespace SpikingDetector.Service.Commands;

/// <summary>What the program does besides serving; told by its first word, which no setting of the service can be.</summary>
internal static class ServiceCommands
{
    /// <summary>Whether the program was called with a command.</summary>
    public static bool IsCommand(string[] arguments) =>
        arguments is [LoadCommand.Name or BenchmarkCommand.Name, ..];

    /// <param name="build">Makes the service from the words of its command line.</param>
    public static RootCommand CreateRoot(Func<string[], WebApplication> build) => new("Measures a detection service.")
    {
        LoadCommand.Create(),
        BenchmarkCommand.Create(build),
    };
}
