using SpikingDetector.Core.CommandLine;
using SpikingDetector.Export.Commands;

return await CommandLineApp.RunAsync(ExportProgram.CreateRoot(), args);
