using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace SpikingDetector.Inference;

/// <summary>
/// The only way to ONNX Runtime, which sends nothing. Its official packages report to Microsoft which models run where, from 1.29 on Linux
/// and macOS, too: over the network, with an identifier of the machine in the home folder.
/// </summary>
public static partial class OnnxRuntime
{
    private const string NoTelemetry = "ORT_DISABLE_TELEMETRY";

    // The variable counts only before the first use; and .NET's own variables are not those that native code sees, but on Windows.
    static OnnxRuntime()
    {
        if (OperatingSystem.IsWindows())
            OrtEnv.Instance().DisableTelemetryEvents();
        else
            _ = SetVariable(NoTelemetry, "1", overwrite: 1);
    }

    /// <summary>The runtime of this process, started with the first use.</summary>
    public static OrtEnv Environment => OrtEnv.Instance();

    /// <summary>Opens a file.</summary>
    /// <exception cref="OnnxRuntimeException">It cannot be run.</exception>
    public static InferenceSession Open(string path, SessionOptions options) => new(path, options);

    /// <summary>Opens the content of a file.</summary>
    /// <exception cref="OnnxRuntimeException">It cannot be run.</exception>
    public static InferenceSession Open(byte[] content, SessionOptions options) => new(content, options);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
