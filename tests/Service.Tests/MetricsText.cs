using System.Globalization;
using System.Text.RegularExpressions;

namespace SpikingDetector.Service.Tests;

/// <summary>
/// A page of Prometheus' text format, read strictly: every sample belongs to a family that has its HELP and TYPE before it, once,
/// names and units are as Prometheus' rules want them, histograms are whole.
/// </summary>
internal sealed partial class MetricsText
{
    private static readonly string[] HistogramSuffixes = ["_bucket", "_sum", "_count"];
    private static readonly string[] OddUnits = ["milliseconds", "ms", "microseconds", "minutes", "kilobytes", "kb", "mb", "percent", "bits"];

    private readonly Dictionary<string, string> _types = [];
    private readonly HashSet<string> _helped = [];
    private readonly Dictionary<string, double> _samples = [];

    public MetricsText(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        foreach (string line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith('#'))
                ReadComment(line);
            else if (line.Length > 0)
                ReadSample(line);
        }

        Assert.All(_types, family => CheckFamily(family.Key, family.Value));
    }

    /// <summary>Names of all families and, for histograms, of their series.</summary>
    public IEnumerable<string> Names => _types.SelectMany(family => family.Value == "histogram"
        ? HistogramSuffixes.Select(suffix => family.Key + suffix).Append(family.Key)
        : [family.Key]);

    public IEnumerable<string> Families => _types.Keys;

    public IEnumerable<string> Samples => _samples.Keys;

    /// <summary>The value of a series, written as the page writes it; 0 where there is none.</summary>
    public double this[string series] => _samples.GetValueOrDefault(series);

    public static async Task<MetricsText> ReadAsync(HttpClient client)
    {
        HttpResponseMessage response = await client.GetAsync("/metrics");
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {text}");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        return new MetricsText(text);
    }

    private void ReadComment(string line)
    {
        Match match = CommentPattern().Match(line);
        Assert.True(match.Success, line);
        string name = match.Groups["name"].Value, text = match.Groups["text"].Value;
        if (match.Groups["kind"].Value == "HELP")
        {
            Assert.False(string.IsNullOrWhiteSpace(text), line);
            Assert.True(_helped.Add(name), $"told twice: {line}");
        }
        else
        {
            Assert.Contains(text, (string[])["counter", "gauge", "histogram"]);
            Assert.True(_types.TryAdd(name, text), $"told twice: {line}");
        }
    }

    private void ReadSample(string line)
    {
        Match match = SamplePattern().Match(line);
        Assert.True(match.Success, line);
        string name = match.Groups["name"].Value, labels = match.Groups["labels"].Value;
        string family = HistogramSuffixes
            .Where(suffix => name.EndsWith(suffix, StringComparison.Ordinal))
            .Select(suffix => name[..^suffix.Length])
            .FirstOrDefault(stem => _types.GetValueOrDefault(stem) == "histogram") ?? name;
        Assert.True(_types.ContainsKey(family), $"no TYPE before {line}");
        Assert.Contains(family, _helped);
        double value = match.Groups["value"].Value is "+Inf" ? double.PositiveInfinity : double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture);
        Assert.True(_samples.TryAdd(labels.Length > 0 ? $"{name}{{{labels}}}" : name, value), $"twice: {line}");
    }

    private void CheckFamily(string name, string type)
    {
        Assert.Matches("^[a-z][a-z0-9_]*$", name);
        Assert.DoesNotContain("__", name, StringComparison.Ordinal);
        Assert.Equal(type == "counter", name.EndsWith("_total", StringComparison.Ordinal));
        Assert.False(HistogramSuffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal)), name);
        Assert.DoesNotContain(name.Split('_'), OddUnits.Contains);
        if (type == "histogram")
            CheckHistogram(name);
    }

    /// <summary>Buckets grow, the last one is +Inf, and it is the count.</summary>
    private void CheckHistogram(string name)
    {
        var series = _samples
            .Where(sample => sample.Key.StartsWith($"{name}_bucket{{", StringComparison.Ordinal))
            .Select(sample => (Labels: BoundPattern().Replace(sample.Key, "").Replace(",}", "}", StringComparison.Ordinal), Bound: BoundPattern().Match(sample.Key).Groups[1].Value, sample.Value))
            .GroupBy(sample => sample.Labels);
        foreach (var buckets in series)
        {
            double[] bounds = [.. buckets.Select(bucket => bucket.Bound == "+Inf" ? double.PositiveInfinity : double.Parse(bucket.Bound, CultureInfo.InvariantCulture))];
            double[] counts = [.. buckets.Select(bucket => bucket.Value)];
            string count = buckets.Key.Replace("_bucket{", "_count{", StringComparison.Ordinal).Replace("{}", "", StringComparison.Ordinal);
            Assert.Equal(bounds.Order(), bounds);
            Assert.Equal(counts.Order(), counts);
            Assert.Equal(double.PositiveInfinity, bounds[^1]);
            Assert.Equal(this[count], counts[^1]);
        }
    }

    [GeneratedRegex("^# (?<kind>HELP|TYPE) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>.*)$")]
    private static partial Regex CommentPattern();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*"(,|(?=\})))*)\})? (?<value>\+Inf|-?[0-9.eE+-]+)$""")]
    private static partial Regex SamplePattern();

    [GeneratedRegex("""le="([^"]*)",?""")]
    private static partial Regex BoundPattern();
}
