using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SpikingDetector.Core;
using SpikingDetector.Core.Data;
using SpikingDetector.Training.Provenance;

namespace SpikingDetector.Training.Studies;

/// <summary>The files of a study: <c>README.md</c>, <c>results.json</c> and a picture.</summary>
/// <param name="output">The folder of all studies.</param>
/// <param name="name">The study's.</param>
/// <param name="origin">What makes it.</param>
internal sealed class StudyFolder(string output, string name, Origin origin)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _folder = Path.Combine(output, name);

    /// <summary>The report.</summary>
    public string Report => Path.Combine(_folder, "README.md");

    /// <summary>Writes all files anew.</summary>
    /// <param name="title">Heading of the report.</param>
    /// <param name="scale">In a sentence, what was run.</param>
    /// <param name="findings">Table and reading as Markdown.</param>
    /// <param name="results">All figures.</param>
    /// <param name="picture">PNG, or null.</param>
    /// <returns>The report's text.</returns>
    /// <exception cref="InvalidInputException">A file cannot be written.</exception>
    public string Write(string title, string scale, string findings, JsonObject results, byte[]? picture)
    {
        const string PictureName = "curves.png";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {title}\n\n{scale}\n\n```sh\ndotnet run --project training -- {origin.Command}\n```\n\n");
        if (picture is not null)
            text.Append(CultureInfo.InvariantCulture, $"![{title}]({PictureName})\n\n");
        text.Append(findings);
        results["command"] = origin.Command;
        results["version"] = origin.Version;
        try
        {
            Directory.CreateDirectory(_folder);
            AtomicFile.WriteAllText(Report, text.ToString());
            AtomicFile.WriteAllText(Path.Combine(_folder, "results.json"), results.ToJsonString(Indented) + "\n");
            if (picture is not null)
                AtomicFile.WriteAllBytes(Path.Combine(_folder, PictureName), picture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"{_folder} cannot be written ({exception.Message.TrimEnd('.')}); the trainings are kept: make room or give the right to write, and "
                + "give the same command again.",
                exception);
        }

        return text.ToString();
    }
}
