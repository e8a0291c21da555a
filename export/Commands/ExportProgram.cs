using System.CommandLine;

namespace SpikingDetector.Export.Commands;

/// <summary>The program's commands.</summary>
internal static class ExportProgram
{
    public static RootCommand CreateRoot() => new("Turns checkpoints into ONNX files and measures what they find.")
    {
        ExportCommand.Create(),
        EvaluateCommand.Create(),
        CocoEvalCommand.Create(),
    };
}
