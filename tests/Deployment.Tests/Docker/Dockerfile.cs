using System.Text.Json;
using System.Text.RegularExpressions;

namespace SpikingDetector.Deployment.Tests.Docker;

/// <summary>One of <c>docker/*.Dockerfile</c>, as text: its stages and their instructions in order.</summary>
internal sealed partial class Dockerfile
{
    private readonly Dictionary<string, string> _arguments = [];

    private Dockerfile(string program) => Program = program;

    /// <summary>service, training or export: the project's folder, too.</summary>
    public string Program { get; }

    public List<Stage> Stages { get; } = [];

    public Stage Build => Stages[0];

    public Stage Final => Stages[^1];

    /// <summary>The program that the image runs.</summary>
    public string EntryPoint => Instruction.Exec(Final.Last("ENTRYPOINT"))[0];

    /// <summary>The argument's default at the top of the file.</summary>
    public string Argument(string name) => _arguments[name];

    /// <summary>A base's name with the arguments' values in place.</summary>
    public string Expand(string text, string accelerator) =>
        Variable().Replace(text, match => match.Groups[1].Value == "ACCELERATOR" ? accelerator : _arguments[match.Groups[1].Value]);

    public static Dockerfile Read(string program)
    {
        var file = new Dockerfile(program);
        string text = File.ReadAllText(Repository.PathOf("docker", $"{program}.Dockerfile"));
        foreach (Match line in Line().Matches(Continuation().Replace(Comment().Replace(text, ""), " ")))
        {
            string name = line.Groups[1].Value;
            string words = line.Groups[2].Value.Trim();
            if (name == "FROM")
            {
                string[] from = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                file.Stages.Add(new Stage(from[0], from.Length > 2 ? from[2] : "", []));
            }
            else if (file.Stages.Count == 0)
            {
                string[] argument = words.Split('=', 2);
                file._arguments.Add(argument[0], argument[1]);
            }
            else
            {
                file.Final.Instructions.Add(new Instruction(name, words));
            }
        }

        return file;
    }

    [GeneratedRegex(@"^\s*#.*\n", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continuation();

    [GeneratedRegex(@"^([A-Z]+) +(.*)$", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex(@"\$\{(\w+)\}")]
    private static partial Regex Variable();

    /// <summary>From one FROM to the next.</summary>
    internal sealed record Stage(string Base, string Name, List<Instruction> Instructions)
    {
        public IEnumerable<string> All(string name) => Instructions.Where(instruction => instruction.Name == name).Select(instruction => instruction.Words);

        public string Last(string name) => All(name).Last();

        public int IndexOf(string name, string part) =>
            Instructions.FindIndex(instruction => instruction.Name == name && instruction.Words.Contains(part, StringComparison.Ordinal));

        /// <summary>The names and values that all instructions of this name give together.</summary>
        public Dictionary<string, string> Pairs(string name) => All(name).SelectMany(words => Pair().Matches(words))
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value + match.Groups[3].Value);

        /// <summary>What is copied from the context: each source with its target.</summary>
        public IEnumerable<(int Index, string Source, string Target)> Copies()
        {
            for (int i = 0; i < Instructions.Count; i++)
            {
                string[] words = Instructions[i].Words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (Instructions[i].Name != "COPY" || words[0].StartsWith("--from=", StringComparison.Ordinal))
                    continue;
                foreach (string source in words[..^1])
                    yield return (i, source, words[^1]);
            }
        }
    }

    internal sealed partial record Instruction(string Name, string Words)
    {
        /// <summary>The words of the form that needs no shell.</summary>
        public static string[] Exec(string words) => JsonSerializer.Deserialize<string[]>(words) ?? [];
    }

    [GeneratedRegex(@"([\w.]+)=(?:""([^""]*)""|(\S+))")]
    private static partial Regex Pair();
}
