using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Provenance;

/// <summary>
/// Where a checkpoint comes from, apart from recipe and data: enough to run the same code again on a like machine. One
/// entry a sitting in <c>run.json</c>, and part of a checkpoint's metadata.
/// </summary>
/// <param name="Command">The words after the program's name; the home folder's path is written <c>~</c>.</param>
/// <param name="Version">Of this program: number, commit, and <c>-dirty</c> where tracked files differed from it.</param>
/// <param name="Libraries">Names and versions of what computes.</param>
/// <param name="Machine">What it ran on.</param>
/// <param name="Device">cpu or cuda.</param>
/// <param name="Threads">Processor threads of LibTorch.</param>
/// <param name="Started">When the sitting began, UTC.</param>
internal sealed record Origin(
    string Command,
    string Version,
    IReadOnlyDictionary<string, string> Libraries,
    MachineDescription Machine,
    string Device,
    int Threads,
    DateTime Started)
{
    /// <summary>Describes this process.</summary>
    /// <param name="words">The command line after the program's name.</param>
    /// <param name="device">Where the network runs.</param>
    public static Origin Of(IEnumerable<string> words, Device device) => new(
        string.Join(' ', words.Select(word => Quote(Anonymous(word)))),
        VersionOf(typeof(Origin).Assembly),
        new Dictionary<string, string>
        {
            ["torchsharp"] = VersionOf(typeof(Tensor).Assembly).Split('+')[0],
            ["libtorch"] = __version__,
            ["dotnet"] = RuntimeInformation.FrameworkDescription,
        },
        MachineDescription.Current(device.type == TorchSharp.DeviceType.CUDA),
        device.type.ToString().ToLowerInvariant(),
        get_num_threads(),
        DateTime.UtcNow);

    public JsonObject ToJson(int seed) => new()
    {
        ["started"] = Started.ToString("u", CultureInfo.InvariantCulture),
        ["command"] = Command,
        ["version"] = Version,
        ["seed"] = seed,
        ["device"] = Device,
        ["threads"] = Threads,
        ["libraries"] = LibrariesJson(),
        ["machine"] = Machine.ToJson(),
    };

    /// <summary>The texts of a checkpoint's metadata.</summary>
    public IEnumerable<KeyValuePair<string, string>> ToMetadata(int seed)
    {
        yield return new("command", Command);
        yield return new("version", Version);
        yield return new("seed", seed.ToString(CultureInfo.InvariantCulture));
        yield return new("device", Device);
        yield return new("libraries", LibrariesJson().ToJsonString());
        yield return new("machine", Machine.ToJson().ToJsonString());
    }

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>A word as a shell takes it.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && !word.Any(letter => char.IsWhiteSpace(letter) || "'\"\\$&|;<>()*?".Contains(letter, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>A word without the name of who ran it, which the path of the home folder often has.</summary>
    private static string Anonymous(string word)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 1 ? word.Replace(home, "~", StringComparison.Ordinal) : word;
    }

    private JsonObject LibrariesJson() =>
        new(Libraries.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value))));
}
