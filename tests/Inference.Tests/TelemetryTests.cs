using System.Runtime.InteropServices;
using Google.Protobuf;
using SpikingDetector.Tests;

namespace SpikingDetector.Inference.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public void OpenedModel_HasTurnedTelemetryOff_WhereNativeCodeSeesIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no variable for it");
        using ModelSession session = ModelSession.Open(ReferenceModels.Export(ReferenceModels.Classifier).ToByteArray(), "content");
        Assert.Equal("1", Marshal.PtrToStringUTF8(Variable("ORT_DISABLE_TELEMETRY")));
    }

    [DllImport("libc", EntryPoint = "getenv")]
    private static extern nint Variable([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
