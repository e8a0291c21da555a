using SpikingDetector.Core.Architecture;

namespace SpikingDetector.Export.Forms;

/// <summary>Under what a detector's numbers are sampled.</summary>
internal static class DetectorKeys
{
    /// <summary>What a decoder puts out.</summary>
    public static string Feature(int stage) => $"backbone.decoders.{stage}";

    /// <summary>What a layer of a head puts out at a level.</summary>
    public static string Level(ConvolutionLayout layout, string level) => $"{layout.Name}/{level}";
}
