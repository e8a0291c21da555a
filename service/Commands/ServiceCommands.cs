using System.CommandLine;
using SpikingDetector.Service.Benchmarks;
using SpikingDetector.Service.Health;
using SpikingDetector.Service.Load;
using SpikingDetector.Service.Security;

namespace SpikingDetector.Service.Commands;

/// <summary>What the program does besides serving; told by its first word, which no setting of the service can be.</summary>
internal static class ServiceCommands
{
    /// <summary>Whether the program was called with a command.</summary>
    public static bool IsCommand(string[] arguments) =>
        arguments is [LoadCommand.Name or BenchmarkCommand.Name or HashKeyCommand.Name or HealthCommand.Name, ..];

    /// <param name="build">Makes the service from the words of its command line.</param>
    public static RootCommand CreateRoot(Func<string[], WebApplication> build) => new("Serves spiking networks over HTTP, and measures such services.")
    {
        LoadCommand.Create(),
        BenchmarkCommand.Create(build),
        HashKeyCommand.Create(),
        HealthCommand.Create(),
    };
}
