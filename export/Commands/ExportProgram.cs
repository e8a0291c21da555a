using System.CommandLine;

namespace SpikingDetector.Export.Commands;

/// <summary>The program's commands.</summary>
internal static class ExportProgram
{
    public static RootCommand CreateRoot() => new("Turns checkpoints into ONNX files, measures what they find, how fast they are and what they cost, and lists what is in them.")
    {
        ExportCommand.Create(),
        EvaluateCommand.Create(),
        CocoEvalCommand.Create(),
        BenchmarkCommand.Create(),
        MeasureProcessCommand.Create(),
        EnergyCommand.Create(),
        InspectCommand.Create(),
    };
}
