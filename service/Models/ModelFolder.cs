using System.Globalization;
using System.Text.RegularExpressions;

namespace SpikingDetector.Service.Models;

/// <summary>
/// Finds the models of a folder. <c>NAME.onnx</c> is version 1 of the model NAME; <c>NAME/VERSION/model.onnx</c> is a
/// version, a whole number. The name is the file's and not that of the spec inside, so that two files of one checkpoint, such
/// as float32 and int8, can be served side by side. What begins with a dot is passed over: there a new version can be written
/// before it is renamed.
/// </summary>
internal static partial class ModelFolder
{
    private const string FileInVersion = "model.onnx";

    /// <summary>The files of a folder by name, the highest version of a name first; none where the folder is missing.</summary>
    public static IReadOnlyList<ModelFile> Scan(string folder)
    {
        if (!Directory.Exists(folder))
            return [];

        var files = Directory.EnumerateFiles(folder, "*.onnx").Where(IsShown).Select(FromFile)
            .Concat(Directory.EnumerateDirectories(folder).Where(IsShown).SelectMany(FromFolder));
        return [.. files
            .Select(WithProperName)
            .GroupBy(file => file.Name)
            .SelectMany(OfOneKind)
            .Select(file => file with { Stamp = FileStamp.Of(Path.Combine(folder, file.Path)) ?? default })
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .ThenByDescending(file => file.Number)];
    }

    /// <summary>A version as a number; null where it is not a whole number from 1.</summary>
    public static int? Number(string version) =>
        int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 ? number : null;

    private static bool IsShown(string path) => !Path.GetFileName(path).StartsWith('.');

    private static ModelFile FromFile(string path) =>
        new(Path.GetFileNameWithoutExtension(path), "1", Path.GetFileName(path));

    private static IEnumerable<ModelFile> FromFolder(string folder)
    {
        string name = Path.GetFileName(folder);
        ModelFile[] versions = [.. Directory.EnumerateDirectories(folder)
            .Where(version => IsShown(version) && File.Exists(Path.Combine(version, FileInVersion)))
            .Select(version => FromVersion(name, Path.GetFileName(version)))];
        if (versions.Length == 0 && Directory.EnumerateFiles(folder, "*.onnx").Any())
            return [new ModelFile(name, "", name, Problem: $"{name} holds no {name}/VERSION/{FileInVersion}; put the file there, with a whole number for VERSION.")];
        return versions;
    }

    private static ModelFile FromVersion(string name, string version) => new(
        name,
        version,
        $"{name}/{version}/{FileInVersion}",
        Problem: Number(version) is null ? $"{name}/{version} is not a version; versions are whole numbers from 1." : null);

    /// <summary>A file and a folder of one name would both have a version 1.</summary>
    private static IEnumerable<ModelFile> OfOneKind(IGrouping<string, ModelFile> files)
    {
        bool mixed = files.Any(file => !file.Path.Contains('/', StringComparison.Ordinal)) && files.Count() > 1;
        return mixed
            ? [files.First() with { Problem = $"{files.Key} is there as a file and as a folder; take one of them away." }]
            : files;
    }

    private static ModelFile WithProperName(ModelFile file) => NamePattern().IsMatch(file.Name)
        ? file
        : file with { Problem = "The name needs 1 to 100 letters, digits, dots, dashes or underscores, beginning with a letter or digit; rename it." };

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex NamePattern();
}
