using System.CommandLine;

namespace SpikingDetector.Export.Commands;

/// <summary>The program's commands.</summary>
internal static class ExportProgram
{
    public static RootCommand CreateRoot() => new("Turns checkpoints into ONNX files and measures what they find and how fast they are.")
    {
        ExportCommand.Create(),
        EvaluateCommand.Create(),
        CocoEvalCommand.Create(),
        BenchmarkCommand.Create(),
        MeasureProcessCommand.Create(),
    };
}
