using System.Globalization;
using System.Reflection;
using SpikingDetector.Service.Hosting;
using SpikingDetector.Service.Images;
using SpikingDetector.Service.Shutdown;
using SpikingDetector.Service.Work;

namespace SpikingDetector.Deployment.Tests;

/// <summary>What the service itself says it does, unless set or with settings.</summary>
internal static class ServiceDefaults
{
    /// <summary>Bytes that the worst pictures take while they are decoded: progressive CMYK, and interlaced with 16 bits a channel.</summary>
    private const long MostBytesPerPixel = 20;

    /// <summary>What the service has with one small model and no request.</summary>
    private const long IdleBytes = 300L << 20;

    public static int HttpPort { get; } = int.Parse(DefaultAddress.Port, CultureInfo.InvariantCulture);

    public static int GrpcPort { get; } = int.Parse(DefaultAddress.GrpcUrl.Split(':')[^1], CultureInfo.InvariantCulture);

    /// <summary>Names that settings can begin with: the sections of all options, and what .NET and the log read themselves.</summary>
    public static string[] Sections { get; } =
    [
        .. typeof(DefaultAddress).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal))
            .Select(type => type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue())
            .OfType<string>(),
        "Kestrel", "Serilog",
    ];

    /// <summary>From the signal to stop to the moment when the service has ended, at most.</summary>
    public static TimeSpan ToStop(IReadOnlyDictionary<string, string> settings)
    {
        var unlessSet = new ShutdownOptions();
        return TimeSpan.FromSeconds(
            Number(settings, "Shutdown__GraceSeconds", unlessSet.GraceSeconds) + Number(settings, "Shutdown__DrainSeconds", unlessSet.DrainSeconds));
    }

    /// <summary>Memory that clients can make the service take at the same moment, in bytes.</summary>
    public static long MostMemory(IReadOnlyDictionary<string, string> settings, double decoders)
    {
        var images = new ImageOptions();
        var work = new WorkOptions();
        return IdleBytes
            + (long)(decoders * MostBytesPerPixel * Number(settings, "Images__MaxPixels", images.MaxPixels))
            + (long)(Number(settings, "Work__MaxInFlight", work.MaxInFlight) * Number(settings, "Images__MaxBodyBytes", images.MaxBodyBytes));
    }

    private static double Number(IReadOnlyDictionary<string, string> settings, string name, double unlessSet) =>
        settings.TryGetValue(name, out string? set) ? double.Parse(set, CultureInfo.InvariantCulture) : unlessSet;
}
