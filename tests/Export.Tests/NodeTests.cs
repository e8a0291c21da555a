using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SpikingDetector.Core.Images;
using SpikingDetector.Tests;

namespace SpikingDetector.Export.Tests;

/// <summary>Files in ONNX Runtime for Node, by the example of <c>export/node</c>, which has nothing of this project.</summary>
public sealed class NodeTests : IDisposable
{
    private const string Network = ReferenceModels.Detector;
    private static readonly string Example = Path.Combine(RepositoryRoot.Path, "export", "node");

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("node-tests-");

    public void Dispose() => _files.Delete(recursive: true);

    [Theory]
    [InlineData(ExportPrecision.Float32)]
    [InlineData(ExportPrecision.Int8Exact)]
    [InlineData(ExportPrecision.Int8)]
    public void Detections_AreThoseOfCSharp(ExportPrecision precision)
    {
        Assert.SkipUnless(IsInstalled, "needs Node and 'npm install --ignore-scripts' in export/node");
        Picture picture = ReferenceModels.Pictures(Network)[0];
        Directory.CreateDirectory(FilePath("pictures"));
        File.WriteAllBytes(FilePath("pictures/a.png"), PictureEncoder.EncodePng(picture));
        File.WriteAllBytes(FilePath("a.rgb"), picture.Pixels.ToArray());
        ReferenceModels.ExportTo(FilePath("model.onnx"), Network, new ExportOptions
        {
            Precision = precision,
            CalibrationFolder = precision == ExportPrecision.Int8 ? FilePath("pictures") : null,
        });

        (int exitCode, string output, string error) = Run(FilePath("model.onnx"), FilePath("a.rgb"), "0");
        Assert.True(exitCode == 0, error);
        JsonElement[] found = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];

        using var model = new OnnxModel(File.ReadAllBytes(FilePath("model.onnx")));
        Dictionary<string, Tensor> expected = model.Run(("image", Tensor.Of(picture.Pixels.ToArray(), 1, picture.Height, picture.Width, 3)));
        long[] labels = [.. ((long[])expected["labels"].Elements).TakeWhile(label => label >= 0)];
        Assert.NotEmpty(labels);
        Assert.Equal(labels, found.Select(row => row.GetProperty("category").GetInt64()));
        Near.Equal(expected["scores"].Floats.AsSpan(0, labels.Length), [.. found.Select(row => row.GetProperty("score").GetSingle())], 1e-4);
        Near.Equal(
            expected["boxes"].Floats.AsSpan(0, 4 * labels.Length),
            [.. found.SelectMany(row => row.GetProperty("box").EnumerateArray().Select(side => side.GetSingle()))],
            0.01);
    }

    [Fact]
    public void PictureOfAnotherSize_IsRefusedWithTheSizeThatFits()
    {
        Assert.SkipUnless(IsInstalled, "needs Node and 'npm install --ignore-scripts' in export/node");
        ReferenceModels.ExportTo(FilePath("model.onnx"), Network);
        File.WriteAllBytes(FilePath("short.rgb"), new byte[10]);
        (int exitCode, string output, string error) = Run(FilePath("model.onnx"), FilePath("short.rgb"));
        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Picture fits = ReferenceModels.Pictures(Network)[0];
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{fits.Width}x{fits.Height}, {fits.Pixels.Length} bytes"), error, StringComparison.Ordinal);
    }

    private static bool IsInstalled => Directory.Exists(Path.Combine(Example, "node_modules", "onnxruntime-node"))
        && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "node")));

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Example, "detect.mjs"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private string FilePath(string name) => Path.Combine(_files.FullName, name);
}
