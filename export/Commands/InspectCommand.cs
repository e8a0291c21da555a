using System.CommandLine;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Export.Inspection;

namespace SpikingDetector.Export.Commands;

/// <summary><c>inspect MODEL.onnx [--json]</c></summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "An ONNX file of any producer." };
        Option<bool> json = SharedOptions.Json();
        var command = new Command("inspect", "List what an ONNX file holds: network, inputs and outputs, operators, constants, what was quantised.")
        {
            model, json,
        };
        command.AddExample("dotnet run --project export -- inspect models/bccd-sg10.onnx", "What is in a file");
        command.SetAction(parsed =>
        {
            var summary = ModelSummary.Read(parsed.GetRequiredValue(model));
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                output.WriteLine(SummaryReport.ToJson(summary).ToJsonString());
            else
                SummaryReport.Write(output, summary);
        });
        return command;
    }
}
