using System.Text.Json.Nodes;
using SpikingDetector.Core.Import;

namespace SpikingDetector.Training.Import;

/// <summary>What an import says: as text for a person, as JSON for a program.</summary>
internal sealed class ImportReport(StateImport import, string sourcePath, string sourceHash, string checkpointPath)
{
    public JsonObject ToJson() => new()
    {
        ["checkpoint"] = checkpointPath,
        ["source"] = new JsonObject { ["file"] = sourcePath, ["sha256"] = sourceHash },
        ["tensors"] = new JsonArray([.. import.Tensors.Select(tensor => new JsonObject
        {
            ["source"] = tensor.Source,
            ["target"] = tensor.Target,
            ["shape"] = new JsonArray([.. tensor.Shape.Select(side => JsonValue.Create(side))]),
            ["conversion"] = tensor.Conversion,
        })]),
        ["dropped"] = new JsonArray([.. import.Dropped.Select(tensor =>
            new JsonObject { ["source"] = tensor.Name, ["reason"] = tensor.Reason })]),
        ["fresh"] = new JsonArray([.. import.Fresh.Select(tensor => JsonValue.Create(tensor.Name))]),
        ["notes"] = new JsonArray([.. import.Notes.Select(note => JsonValue.Create(note))]),
    };

    /// <summary>One line for each module of the source, then what was dropped, begins afresh or needs a look.</summary>
    public void Print(TextWriter output)
    {
        (string From, string To)[] lines = [.. Modules().Select(Line)];
        int width = lines.Max(line => line.From.Length);
        foreach ((string from, string to) in lines)
            output.WriteLine($"{from.PadRight(width)}  →  {to}");
        foreach (IGrouping<string, DroppedTensor> group in import.Dropped.GroupBy(tensor => tensor.Reason))
            output.WriteLine($"dropped ({group.Key}): {string.Join(", ", group.Select(tensor => tensor.Name))}");
        if (import.Fresh.Count > 0)
            output.WriteLine($"fresh: {string.Join(", ", import.Fresh.Select(tensor => tensor.Name))}");
        foreach (string note in import.Notes)
            output.WriteLine($"note: {note}");
        output.WriteLine(
            $"{import.Tensors.Count} tensors used ({import.Tensors.Count(tensor => tensor.Conversion is not null)} converted), "
            + $"{import.Dropped.Count} dropped, {import.Fresh.Count} fresh: wrote {checkpointPath}");
    }

    private IEnumerable<List<ImportedTensor>> Modules()
    {
        var module = new List<ImportedTensor>();
        foreach (ImportedTensor tensor in import.Tensors)
        {
            if (module.Count > 0 && Key(tensor) != Key(module[0]))
            {
                yield return module;
                module = [];
            }

            module.Add(tensor);
        }

        yield return module;

        static (string, string, string?) Key(ImportedTensor tensor) =>
            (Module(tensor.Source), Module(tensor.Target), tensor.Conversion);
    }

    private static (string From, string To) Line(List<ImportedTensor> module)
    {
        string leaves = string.Join(", ", module.Select(tensor => tensor.Target[(tensor.Target.LastIndexOf('.') + 1)..]));
        string conversion = module[0].Conversion is { } change ? $", {change}" : "";
        return (Module(module[0].Source), $"{Module(module[0].Target)} ({leaves}{conversion})");
    }

    private static string Module(string tensor) => tensor[..Math.Max(0, tensor.LastIndexOf('.'))];
}
