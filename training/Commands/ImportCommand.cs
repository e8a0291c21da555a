using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using SpikingDetector.Core;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Import;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Import;
using SpikingDetector.Training.Networks;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Commands;

/// <summary><c>import STATE.safetensors --spec SPEC.json --output CHECKPOINT [--fresh PART …] [--drop PART …] [--json]</c></summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var state = new Argument<string>("state")
        {
            Description = "A state dictionary with the names of torchvision or SpikingJelly, saved from Python as .safetensors.",
        };
        var spec = new Option<string>("--spec") { Description = "The model spec of the network (.json).", Required = true };
        var output = new Option<string>("--output", "-o") { Description = "The checkpoint to write (.safetensors).", Required = true };
        var fresh = new Option<string[]>("--fresh")
        {
            Description = "A part of the spec's network that begins with fresh weights, such as decoder, fc or layer4.1; may be repeated.",
            DefaultValueFactory = _ => [],
        };
        var drop = new Option<string[]>("--drop")
        {
            Description = "A part of the state dictionary to leave out, such as fc; may be repeated.",
            DefaultValueFactory = _ => [],
        };
        var seed = new Option<int>("--seed") { Description = "Of the fresh weights.", DefaultValueFactory = _ => 0 };
        var json = new Option<bool>("--json") { Description = "Print what was used, dropped and converted as JSON." };
        var command = new Command("import", "Make a checkpoint from a state dictionary of torchvision or SpikingJelly.")
        {
            state, spec, output, fresh, drop, seed, json,
        };
        command.AddExample(
            "dotnet run --project training -- import sew.safetensors --spec sew18.json --output models/sew18.safetensors",
            "A trained SEW ResNet, ready for export");
        command.AddExample(
            "dotnet run --project training -- import resnet50.safetensors --spec detector.json --output start.safetensors "
            + "--drop fc --fresh fpn --fresh head",
            "torchvision's classifier as the backbone of a detector");
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(state),
            new ImportRequest(ModelSpec.Load(parsed.GetRequiredValue(spec)))
            {
                Fresh = Parts(parsed.GetRequiredValue(fresh)),
                Drop = Parts(parsed.GetRequiredValue(drop)),
            },
            parsed.GetRequiredValue(output),
            parsed.GetValue(seed),
            parsed.GetValue(json),
            parsed.InvocationConfiguration));
        return command;
    }

    private static NamePart[] Parts(string[] values) => [.. values.Select(value => new NamePart(value))];

    private static int Run(
        string statePath, ImportRequest request, string output, int seed, bool json, InvocationConfiguration console)
    {
        if (Path.GetFullPath(statePath) == Path.GetFullPath(output))
            throw new InvalidInputException($"--output {output} is the state dictionary itself; give the checkpoint another name.");
        using SafetensorsFile state = StateFile.Open(statePath);
        var import = StateImport.Of(state, request);
        if (import.Misfits.Count > 0)
        {
            Refuse(import, statePath, request.Spec.Name, console.Error);
            return ExitCode.BadUse;
        }

        if (import.Tensors.Count == 0)
            throw new InvalidInputException($"{statePath}: nothing of it would be used, because every part begins afresh or is dropped; ask for fewer parts.");

        string hash = state.ComputeSha256();
        Write(import, request.Spec, output, seed, new Dictionary<string, string>
        {
            ["created"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture),
            ["imported_from"] = Path.GetFileName(statePath),
            ["imported_sha256"] = hash,
        });
        var report = new ImportReport(import, statePath, hash, output);
        if (json)
            console.Output.WriteLine(report.ToJson().ToJsonString());
        else
            report.Print(console.Output);
        return ExitCode.Success;
    }

    private static void Write(
        StateImport import, ModelSpec spec, string output, int seed, IReadOnlyDictionary<string, string> metadata)
    {
        using Weights? fresh = import.Fresh.Count > 0 ? Weights.Initialise(NetworkLayout.Of(spec), CPU, seed) : null;
        Checkpoint.Write(output, spec, metadata, tensor => import.Values(tensor.Name) is { } values
            ? MemoryMarshal.AsBytes<float>(values).ToArray()
            : Weights.Bytes(fresh![tensor.Name]));
    }

    private static void Refuse(StateImport import, string statePath, string network, TextWriter error)
    {
        error.WriteLine(
            $"{statePath} does not fit the spec's network '{network}': {import.Misfits.Count} tensors are missing, left over or wrong, "
            + "and nothing was written.");
        foreach (Misfit misfit in import.Misfits)
            error.WriteLine($"  {misfit}".ReplaceLineEndings(" "));
        foreach (string sentence in import.Advice)
            error.WriteLine(sentence);
    }
}
