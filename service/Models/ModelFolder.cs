using System.Globalization;
using System.Text.RegularExpressions;

namespace SpikingDetector.Service.Models;

/// <summary>
/// Finds the models of a folder. <c>NAME.onnx</c> is version 1 of the model NAME; <c>NAME/VERSION/model.onnx</c> is a
/// version, a whole number, of which the highest is served. The name is the file's and not that of the spec inside, so
/// that two files of one checkpoint, such as float32 and int8, can be served side by side.
/// </summary>
internal static partial class ModelFolder
{
    private const string FileInVersion = "model.onnx";

    /// <summary>The models of a folder by name; none where the folder is missing.</summary>
    public static IReadOnlyList<ModelFile> Scan(string folder)
    {
        if (!Directory.Exists(folder))
            return [];

        var files = Directory.EnumerateFiles(folder, "*.onnx").Select(FromFile)
            .Concat(Directory.EnumerateDirectories(folder).Select(FromFolder).OfType<ModelFile>());
        return [.. files.GroupBy(file => file.Name).Select(OnlyOne).Select(WithProperName).OrderBy(file => file.Name, StringComparer.Ordinal)];
    }

    private static ModelFile FromFile(string path) =>
        new(Path.GetFileNameWithoutExtension(path), "1", Path.GetFileName(path));

    private static ModelFile? FromFolder(string folder)
    {
        string name = Path.GetFileName(folder);
        string[] versions = [.. Directory.EnumerateDirectories(folder)
            .Where(version => File.Exists(Path.Combine(version, FileInVersion)))
            .Select(version => Path.GetFileName(version))];
        if (versions.Length == 0)
        {
            return Directory.EnumerateFiles(folder, "*.onnx").Any()
                ? new ModelFile(name, "", name, $"{name} holds no {name}/VERSION/{FileInVersion}; put the file there, with a whole number for VERSION.")
                : null;
        }

        if (versions.FirstOrDefault(version => Number(version) is null) is { } odd)
            return new ModelFile(name, odd, Join(name, odd), $"{name}/{odd} is not a version; versions are whole numbers from 1.");

        string highest = versions.MaxBy(Number)!;
        return new ModelFile(name, highest, Join(name, highest));
    }

    private static ModelFile OnlyOne(IGrouping<string, ModelFile> files)
    {
        ModelFile first = files.First();
        return files.Count() == 1
            ? first
            : first with { Problem = $"{first.Name} is there as a file and as a folder; take one of them away." };
    }

    private static ModelFile WithProperName(ModelFile file) => NamePattern().IsMatch(file.Name)
        ? file
        : file with { Problem = "The name needs 1 to 100 letters, digits, dots, dashes or underscores, beginning with a letter or digit; rename it." };

    private static string Join(string name, string version) => $"{name}/{version}/{FileInVersion}";

    private static int? Number(string version) =>
        int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 ? number : null;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex NamePattern();
}
