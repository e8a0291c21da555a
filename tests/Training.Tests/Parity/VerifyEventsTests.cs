using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Google.Protobuf;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Export;
using SpikingDetector.Export.Tests;
using SpikingDetector.Training.Commands;

namespace SpikingDetector.Training.Tests.Parity;

/// <summary>The command <c>verify</c> on an event network: with generated counts, with files, with another network.</summary>
public sealed class VerifyEventsTests : IDisposable
{
    private readonly TinyCheckpoint _checkpoint = new(TinySpecs.EventVariants["sg asd plif"]);
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose()
    {
        _checkpoint.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Verify_WithoutData_GeneratesCountsThatMakeEveryLayerAgree()
    {
        (int code, string output, string error) = await Verify(_checkpoint, Export(_checkpoint));

        Assert.True(code == ExitCode.Success, error);
        JsonNode report = JsonNode.Parse(output)!;
        Assert.Equal(4, (int)report["inputs"]!);
        JsonNode comparison = Assert.Single(report["comparisons"]!.AsArray())!;
        Assert.Equal(16, comparison["layers"]!.AsArray().Count);
        Assert.Null(comparison["first_departing"]);
    }

    [Fact]
    public async Task Verify_AFileForOtherSides_RunsTheCheckpointAtThese()
    {
        (int code, string output, string error) = await Verify(_checkpoint, Export(_checkpoint, new ExportOptions { Height = 128, Width = 128 }));

        Assert.True(code == ExitCode.Success, error);
        Assert.Null(JsonNode.Parse(output)!["comparisons"]![0]!["first_departing"]);
    }

    [Fact]
    public async Task Verify_AFolderOfFrames_RunsItsFiles()
    {
        // The network takes frames of 128×256.
        WriteFrames(Path.Combine(_folder, "a.npy"), _checkpoint.RandomCounts(1));
        WriteFrames(Path.Combine(_folder, "b.npy"), _checkpoint.RandomCounts(1, seed: 3));

        (int code, string output, string error) = await Verify(_checkpoint, Export(_checkpoint), "--images", _folder);

        Assert.True(code == ExitCode.Success, error);
        Assert.Equal(2, (int)JsonNode.Parse(output)!["inputs"]!);
    }

    [Fact]
    public async Task Verify_AFolderWithoutEventData_IsRefused()
    {
        (int code, string output, string error) = await Verify(_checkpoint, Export(_checkpoint), "--images", Directory.CreateDirectory(Path.Combine(_folder, "none")).FullName);

        Assert.Equal(ExitCode.BadUse, code);
        Assert.Empty(output);
        Assert.Contains("holds no event data", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OtherWeights_FailsAndNamesTheFirstLayer()
    {
        using var other = new TinyCheckpoint(_checkpoint.Spec, seed: 5);

        (int code, string output, _) = await Verify(_checkpoint, Export(other));

        Assert.Equal(ExitCode.CheckFailed, code);
        Assert.Equal("sn1", (string?)JsonNode.Parse(output)!["comparisons"]![0]!["first_departing"]);
    }

    private static async Task<(int Code, string Output, string Error)> Verify(TinyCheckpoint checkpoint, string onnx, params string[] more)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        System.CommandLine.RootCommand root = [VerifyCommand.Create()];
        int code = await CommandLineApp.RunAsync(root, ["verify", checkpoint.File.Path, onnx, "--json", .. more], output, error);
        return (code, output.ToString(), error.ToString());
    }

    private string Export(TinyCheckpoint checkpoint, ExportOptions? options = null)
    {
        string path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, OnnxExporter.Export(checkpoint.File, options ?? new ExportOptions()).ToByteArray());
        return path;
    }

    /// <summary>NumPy's array file, version 1.0: magic, length of the header, header, values.</summary>
    private static void WriteFrames(string path, float[] counts)
    {
        string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2, 128, 256), }".PadRight(117) + "\n";
        File.WriteAllBytes(
            path,
            [
                0x93, .. "NUMPY\x01\x00"u8, (byte)header.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(header),
                .. MemoryMarshal.AsBytes(counts.AsSpan()),
            ]);
    }
}
