using System.CommandLine;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Export.Commands;

var root = new RootCommand("Turns checkpoints into ONNX files and measures what they find.")
{
    ExportCommand.Create(),
};
return await CommandLineApp.RunAsync(root, args);
