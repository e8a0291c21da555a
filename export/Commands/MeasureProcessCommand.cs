using System.CommandLine;
using System.Text.Json;
using SpikingDetector.Export.Benchmarks;

namespace SpikingDetector.Export.Commands;

/// <summary>Hidden: what <c>benchmark</c> runs in a process of its own for each model, to measure load time and memory.</summary>
internal static class MeasureProcessCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("model");
        var batch = new Option<int>("--batch") { Required = true };
        var threads = new Option<int>("--threads") { Required = true };
        var command = new Command(ProcessCost.CommandName, "Print the load time and memory of a process that runs a model.")
        {
            model, batch, threads,
        };
        command.Hidden = true;
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(ProcessCost.MeasureHere(
            parsed.GetRequiredValue(model), parsed.GetRequiredValue(batch), parsed.GetRequiredValue(threads)))));
        return command;
    }
}
