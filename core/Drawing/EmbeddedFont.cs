using SkiaSharp;

namespace SpikingDetector.Core.Drawing;

/// <summary>
/// DejaVu Sans, carried in this assembly: Skia's native library without system dependencies sees no fonts of the
/// system, and text drawn with its default typeface is simply not there.
/// </summary>
public static class EmbeddedFont
{
    /// <summary>The family's name.</summary>
    public const string FamilyName = "DejaVu Sans";

    private static readonly Lazy<SKTypeface> LazyRegular = new(() => Load(bold: false));
    private static readonly Lazy<SKTypeface> LazyBold = new(() => Load(bold: true));

    /// <summary>The upright face. Shared by all: not to be disposed of.</summary>
    public static SKTypeface Regular => LazyRegular.Value;

    /// <summary>The bold face. Shared by all: not to be disposed of.</summary>
    public static SKTypeface Bold => LazyBold.Value;

    /// <summary>The TrueType file's bytes, for libraries that load fonts themselves.</summary>
    public static Stream Open(bool bold)
    {
        string name = bold ? "DejaVuSans-Bold.ttf" : "DejaVuSans.ttf";
        return typeof(EmbeddedFont).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is not in the assembly.");
    }

    private static SKTypeface Load(bool bold)
    {
        using Stream stream = Open(bold);
        return SKTypeface.FromStream(stream)
            ?? throw new InvalidOperationException("The embedded font cannot be loaded.");
    }
}
