using System.Text.RegularExpressions;

namespace SpikingDetector.Core.Data;

/// <summary>Recognises the splits in names of folders and files, such as train2017 or instances_val.json.</summary>
internal static partial class SplitNames
{
    private static readonly string[] Training = ["train", "training"];
    private static readonly string[] Validation = ["val", "valid", "validation"];
    private static readonly string[] Test = ["test", "testing"];

    /// <summary>Whether one of the name's words is that of any split.</summary>
    public static bool IsSplit(string name) => HasWord(name, [.. Training, .. Validation, .. Test]);

    /// <summary>The split that the name says; null where it says none.</summary>
    public static DataSplit? Split(string name) =>
        HasWord(name, Training) ? DataSplit.Train : IsSplit(name) ? DataSplit.Validation : null;

    /// <summary>
    /// The one path of a split, by its name; null where there is none. A test split is taken where there is no
    /// validation split.
    /// </summary>
    /// <exception cref="InvalidInputException">Several paths are of the split.</exception>
    public static string? Choose(IReadOnlyList<string> paths, Func<string, string> name, DataSplit split)
    {
        string[][] groups = split == DataSplit.Train ? [Training] : [Validation, Test];
        string[] found = groups
            .Select(words => paths.Where(path => HasWord(name(path), words)).ToArray())
            .FirstOrDefault(matches => matches.Length > 0) ?? [];
        return found.Length <= 1
            ? found.FirstOrDefault()
            : throw new InvalidInputException(
                $"Of {string.Join(", ", found)} only one can be the {(split == DataSplit.Train ? "training" : "validation")} "
                + "split: move the others away.");
    }

    private static bool HasWord(string name, string[] words) =>
        Words().Matches(name).Any(match => words.Contains(match.Value, StringComparer.OrdinalIgnoreCase));

    [GeneratedRegex("[A-Za-z]+")]
    private static partial Regex Words();
}
