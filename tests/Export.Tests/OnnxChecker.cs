using System.Diagnostics;

namespace SpikingDetector.Export.Tests;

/// <summary>The checker of the ONNX project, in Debian's package <c>python3-onnx</c>.</summary>
internal static class OnnxChecker
{
    private const string Python = "/usr/bin/python3";

    /// <summary>Prints a line for each file that does not pass, and the number of files at last.</summary>
    private const string Check = """
        import pathlib, sys
        import onnx
        files = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
        for file in files:
            try:
                onnx.checker.check_model(onnx.load(file), full_check=True)
            except Exception as error:
                print(file.name, type(error).__name__, " ".join(str(error).split()))
        print(len(files))
        """;

    public static bool IsInstalled { get; } = File.Exists(Python) && Run("-c", "import onnx").ExitCode == 0;

    /// <summary>What it finds wrong in the ONNX files of a folder.</summary>
    public static string[] Complaints(string folder)
    {
        (int exitCode, string[] output) = Run("-c", Check, folder);
        Assert.Equal(0, exitCode);
        Assert.Equal($"{Directory.GetFiles(folder, "*.onnx").Length}", output[^1]);
        return output[..^1];
    }

    private static (int ExitCode, string[] Output) Run(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
