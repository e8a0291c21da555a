using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace SpikingDetector.Browser.Tests;

/// <summary>The page for those who see little or nothing of it: names, contrast, narrow windows.</summary>
public sealed partial class SightTests(PageFixture fixture)
{
    /// <summary>WCAG 2.2, 1.4.3: text against what lies behind it. 1.4.11: edges of controls.</summary>
    private const string TooWeak = """
        () => {
          const luminance = (colour) => {
            const [r, g, b] = colour.map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const ratio = (a, b) => {
            const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
            return (high + 0.05) / (low + 0.05);
          };
          const parse = (text) => text.match(/[\d.]+/g).map(Number);
          const isClear = (colour) => colour.length === 4 && colour[3] === 0;
          const behind = (element) => {
            const found = [];
            for (let at = element; at; at = at.parentElement) {
              const style = getComputedStyle(at);
              for (const layer of style.backgroundImage.match(/rgba?\([^)]*\)/g) ?? []) found.push(parse(layer));
              if (!isClear(parse(style.backgroundColor))) return [...found, parse(style.backgroundColor)];
            }
            return found;
          };
          const weak = [];
          let checked = 0;
          for (const element of document.querySelectorAll('body *')) {
            if (!element.checkVisibility() || element.closest('.visually-hidden, noscript')) continue;
            const style = getComputedStyle(element);
            const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join('');
            if (text !== '') {
              checked++;
              for (const background of behind(element))
                if (ratio(parse(style.color), background) < 4.5) weak.push(`${text}: ${style.color} on ${background}`);
            }
            const edge = parse(style.borderTopColor);
            if (element.matches('button, select, input:not([type=range]), .button') && !isClear(edge))
              for (const background of behind(element.parentElement))
                if (ratio(edge, background) < 3) weak.push(`edge of ${element.id || text}: ${edge} on ${background}`);
          }
          return [String(checked), ...weak];
        }
        """;

    private static readonly FilePayload NoPicture = new() { Name = "text.jpg", MimeType = "image/jpeg", Buffer = "no picture"u8.ToArray() };

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public Task TextAndEdges_HaveContrast(ColorScheme colours) => fixture.RunAsync(
        async page =>
        {
            await page.Files.SetInputFilesAsync([ToPayload(PageFixture.Photo), ToPayload(PageFixture.OtherPhoto), NoPicture]);
            await page.AnsweredAsync("BloodImage_00014.jpg");
            await Assertions.Expect(page.Chosen.Nth(2)).ToContainTextAsync("failed");
            await page.Page.GetByText("Request and answer").ClickAsync();
            // Everything that is shown at some time.
            await page.Page.EvaluateAsync("""
                () => {
                  for (const id of ['key-form', 'activity-row', 'no-picture', 'spikes']) document.getElementById(id).hidden = false;
                  document.getElementById('problem').textContent = 'A problem';
                  document.getElementById('spikes-summary').textContent = 'Spikes';
                }
                """);
            await page.Rows.Nth(1).HoverAsync();
            string[] weak = await page.Page.EvaluateAsync<string[]>(TooWeak);

            Assert.True(int.Parse(weak[0], System.Globalization.CultureInfo.InvariantCulture) > 40, $"Only {weak[0]} texts were looked at.");
            Assert.Empty(weak[1..]);
        },
        new BrowserNewContextOptions { ColorScheme = colours },
        isRefused: true);

    [Fact]
    public Task Labels_AreWhiteOnDarkEnoughColours_ThatDiffer() => fixture.RunAsync(async page =>
    {
        double[] luminances = await page.Page.EvaluateAsync<double[]>("""
            async () => {
              const { colourOf } = await import('/drawing.js');
              const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
              return [...Array(91).keys()].map((id) => {
                context.fillStyle = colourOf(id);
                context.fillRect(0, 0, 1, 1);
                const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              });
            }
            """);
        Assert.All(luminances, luminance => Assert.True(1.05 / (luminance + 0.05) >= 4.5, $"A luminance of {luminance}."));
        string[] colours = await page.Page.EvaluateAsync<string[]>(
            "async () => { const { colourOf } = await import('/drawing.js'); return [...Array(91).keys()].map(colourOf); }");
        Assert.Equal(colours.Length, colours.Distinct().Count());
    });

    [Fact]
    public Task Everything_HasARoleAndAName() => fixture.RunAsync(async page =>
    {
        await page.Files.SetInputFilesAsync([ToPayload(PageFixture.Photo), ToPayload(PageFixture.OtherPhoto)]);
        await page.AnsweredAsync("BloodImage_00014.jpg");
        string tree = await page.Page.Locator("body").AriaSnapshotAsync();

        Assert.DoesNotMatch(NamelessPattern(), tree);
        foreach (string part in (string[])["heading \"Spiking detector\"", "region \"Pictures\"", "region \"Settings\"", "region \"Result\"",
            "combobox \"Model\"", "slider \"Lowest score shown\"", "list \"Chosen pictures\"", $"img \"BloodImage_00014.jpg: {(await fixture.DetectAsync(PageFixture.Photo, 0.5)).Count} of 100",
            "columnheader \"Class\"", "columnheader \"Score\"", "rowheader \"WBC\"", "button \"Use the camera\"", "status"])
            Assert.True(tree.Contains(part, StringComparison.Ordinal), $"No {part} in\n{tree}");
    });

    [Theory]
    [InlineData(320)]
    [InlineData(390)]
    [InlineData(1024)]
    public Task Window_IsNeverWiderThanItsScreen(int width) => fixture.RunAsync(
        async page =>
        {
            await page.Files.SetInputFilesAsync([ToPayload(PageFixture.Photo), ToPayload(PageFixture.OtherPhoto)]);
            await page.AnsweredAsync("BloodImage_00014.jpg");
            await page.Page.GetByText("Request and answer").ClickAsync();
            Assert.Equal(width, await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        },
        new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = 700 }, HasTouch = true });

    private static FilePayload ToPayload(string path) => new()
    {
        Name = Path.GetFileName(path),
        MimeType = "image/jpeg",
        Buffer = File.ReadAllBytes(path),
    };

    // A role that needs a name, without one.
    [GeneratedRegex("- (button|textbox|combobox|slider|checkbox|link|img|region|table|heading)(?! \")")]
    private static partial Regex NamelessPattern();
}
