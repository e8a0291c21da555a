using SpikingDetector.Core.Drawing;

namespace SpikingDetector.Core.Tests.Drawing;

public sealed class EmbeddedFontTests
{
    [Fact]
    public void Faces_AreDejaVuSans_RegularAndBold()
    {
        Assert.Equal((EmbeddedFont.FamilyName, false), (EmbeddedFont.Regular.FamilyName, EmbeddedFont.Regular.IsBold));
        Assert.Equal((EmbeddedFont.FamilyName, true), (EmbeddedFont.Bold.FamilyName, EmbeddedFont.Bold.IsBold));
    }

    [Fact]
    public void Faces_HaveTheLettersOfLabels()
    {
        using var font = new SkiaSharp.SKFont(EmbeddedFont.Regular, 12);

        Assert.True(font.ContainsGlyphs("RBC 0.97 äöüßéñ Ωμ %×"));
        Assert.InRange(font.MeasureText("RBC 0.97"), 30, 80);
    }

    [Fact]
    public void Open_GivesTheFontsFile()
    {
        using Stream regular = EmbeddedFont.Open(bold: false), bold = EmbeddedFont.Open(bold: true);

        Assert.NotEqual(regular.Length, bold.Length);
        Assert.Equal(0, regular.ReadByte() << 16 | bold.ReadByte());
    }

    [Fact]
    public void Licence_LiesBesideTheProgram()
    {
        string licence = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "LICENSE-DejaVu.txt"));

        Assert.Contains("Bitstream Vera", licence, StringComparison.Ordinal);
    }
}
