using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace SpikingDetector.Training.Studies;

/// <summary>What the gradients' sizes say: a table, and for each network whether they keep their size as it gets deeper.</summary>
internal sealed class GradientReport(IReadOnlyList<GradientProfile> profiles)
{
    /// <summary>A gradient that the deepest network has so many times the shallowest one's explodes.</summary>
    private const double Explodes = 10;

    /// <summary>A gradient that the deepest network has less than this of fades.</summary>
    private const double Fades = 0.5;

    private readonly int[] _depths = [.. profiles.Select(profile => profile.Depth).Distinct().Order()];

    /// <summary>The table and the reading as Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append(Table());
        text.Append("\nNorms of the gradient of the network's first convolution and of the last block's, at the start of a training; ± is the standard deviation over the seeds.\n");
        text.Append("\n## Reading\n\nThe paper: gradients vanish in deep Spiking ResNets and neither vanish nor explode in SG ResNets (its Eqs. for the blocks' derivatives).\n\n");
        foreach (Variant variant in GradientStudy.Variants)
            text.Append("- ").Append(Sentence(variant)).Append('\n');
        text.Append(
            CultureInfo.InvariantCulture,
            $"\nFading is less than {Fades} of the shallowest network's gradient in the deepest, exploding more than {Explodes} times.\n");
        return text.ToString();
    }

    /// <summary>All norms.</summary>
    public JsonObject ToJson() => new()
    {
        ["profiles"] = new JsonArray(
        [
            .. profiles.Select(profile => new JsonObject
            {
                ["variant"] = profile.Variant.Name,
                ["depth"] = profile.Depth,
                ["seed"] = profile.Seed,
                ["norms"] = new JsonArray([.. profile.Norms.Select(norm => JsonValue.Create(norm))]),
            }),
        ]),
    };

    private string Table()
    {
        var table = new MarkdownTable([" layers", "network", " first convolution", " last block", " first ÷ last"]);
        foreach (int depth in _depths)
        {
            foreach (Variant variant in GradientStudy.Variants)
            {
                Spread first = SpreadOf(variant, depth, profile => profile.First);
                Spread last = SpreadOf(variant, depth, profile => profile.Last);
                table.Add(
                    depth.ToString(CultureInfo.InvariantCulture), variant.Title, Format(first), Format(last), Number(first.Mean / last.Mean));
            }
        }

        return table.ToString();
    }

    private string Sentence(Variant variant)
    {
        double shallow = SpreadOf(variant, _depths[0], profile => profile.First).Mean;
        double deep = SpreadOf(variant, _depths[^1], profile => profile.First).Mean;
        double growth = deep / shallow;
        string word = growth > Explodes ? "**explodes**" : growth < Fades ? "**fades**" : "keeps its order of magnitude";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{variant.Title}: {Number(shallow)} at {_depths[0]} layers, {Number(deep)} at {_depths[^1]}, {Number(growth)} times: {word}.");
    }

    private Spread SpreadOf(Variant variant, int depth, Func<GradientProfile, double> of) =>
        new([.. profiles.Where(profile => profile.Variant == variant && profile.Depth == depth).Select(of)]);

    private static string Format(Spread spread) =>
        Number(spread.Mean) + (spread.Deviation is { } deviation ? $" ± {Number(deviation)}" : "");

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture) is not "0" and var text
        ? text
        : value.ToString("0.#e0", CultureInfo.InvariantCulture);
}
