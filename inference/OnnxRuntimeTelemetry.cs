using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace SpikingDetector.Inference;

/// <summary>
/// ONNX Runtime's official packages report to Microsoft which models run where, from 1.29 on Linux and macOS, too: over the network, with an
/// identifier of the machine in the home folder. Programs of this project send nothing.
/// </summary>
public static partial class OnnxRuntimeTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Turns it off for this process. To be called before ONNX Runtime is used for the first time; again does no harm.</summary>
    public static void TurnOff()
    {
        // .NET's own variables are not those that native code sees, but on Windows.
        if (OperatingSystem.IsWindows())
            OrtEnv.Instance().DisableTelemetryEvents();
        else
            _ = SetVariable(Variable, "1", overwrite: 1);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
