using System.CommandLine;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Training.Commands;

var root = new RootCommand("Trains spiking networks and measures them.")
{
    TrainCommand.Create(),
    BenchmarkCommand.Create(),
    EvaluateCommand.Create(),
    DescribeCommand.Create(),
    VerifyCommand.Create(),
    ImportCommand.Create(),
    CreateCommand.Create(),
    AblateCommand.Create(),
};
return await CommandLineApp.RunAsync(root, args);
