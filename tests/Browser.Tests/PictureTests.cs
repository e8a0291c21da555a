using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Tests.Events;

namespace SpikingDetector.Browser.Tests;

/// <summary>Pictures come in on several ways, and what is found on them is shown.</summary>
public sealed class PictureTests(PageFixture fixture)
{
    /// <summary>Hands the page files as the browser does when they are dropped or pasted.</summary>
    private const string HandOver = """
        ([kind, files]) => {
          const transfer = new DataTransfer();
          for (const { name, base64 } of files)
            transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type: 'image/jpeg' }));
          const event = kind === 'paste'
            ? new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true })
            : new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true });
          document.body.dispatchEvent(event);
          return event.defaultPrevented;
        }
        """;

    /// <summary>The smallest rectangle with all pixels of the canvas that the boxes change, in pixels of the picture.</summary>
    private const string DrawnWithin = """
        ([slider, lowest]) => {
          const canvas = document.querySelector('canvas');
          const pixels = (value) => {
            slider.value = value;
            slider.dispatchEvent(new Event('input'));
            const context = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
            context.drawImage(canvas, 0, 0);
            return context.getImageData(0, 0, canvas.width, canvas.height).data;
          };
          const [plain, drawn] = [pixels(1), pixels(lowest)];
          let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
          for (let i = 0; i < plain.length; i += 4) {
            if (plain[i] === drawn[i] && plain[i + 1] === drawn[i + 1] && plain[i + 2] === drawn[i + 2]) continue;
            const [x, y] = [(i / 4) % canvas.width, Math.floor(i / 4 / canvas.width)];
            [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)];
          }
          return [left, top, right, bottom].map((value) => value * 640 / canvas.width);
        }
        """;

    [Fact]
    public Task ChosenPicture_IsShownWithTableAndTimings() => fixture.RunAsync(async page =>
    {
        JsonArray expected = await fixture.DetectAsync(PageFixture.Photo, 0.5);
        await page.ChooseAsync(PageFixture.Photo);

        await Assertions.Expect(page.Rows).ToHaveCountAsync(expected.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            JsonNode detection = expected[i]!;
            string place = string.Join(", ", detection["bbox"]!.AsArray().Select(value => Rounded((double)value!)));
            Assert.Equal(
                [(string)detection["category"]!, ((double)detection["score"]!).ToString("F3", CultureInfo.InvariantCulture), place],
                await page.Rows.Nth(i).Locator("th, td").AllInnerTextsAsync());
        }

        Assert.Equal(
            ["Decoding", "Queue", "Network", "Server, in all", "Round trip"],
            await page.Page.GetByRole(AriaRole.Term).AllInnerTextsAsync());
        double[] times = [.. (await page.Page.GetByRole(AriaRole.Definition).AllInnerTextsAsync())
            .Select(text => double.Parse(text.Replace(" ms", "", StringComparison.Ordinal), CultureInfo.InvariantCulture))];
        Assert.All(times, time => Assert.InRange(time, 0, 60_000));
        Assert.True(times[4] >= times[3], "The browser waits at least as long as the server works.");
        string classes = string.Join(", ", expected.CountBy(detection => (string)detection!["category"]!).Select(category => $"{category.Value} {category.Key}"));
        await Assertions.Expect(page.Canvas).ToHaveRoleAsync(AriaRole.Img);
        await Assertions.Expect(page.Canvas).ToHaveAccessibleNameAsync($"BloodImage_00014.jpg: {expected.Count} of 100 detections: {classes}");
    });

    [Fact]
    public Task Box_LiesWhereTheAnswerSays() => fixture.RunAsync(async page =>
    {
        JsonNode surest = (await fixture.DetectAsync(PageFixture.Photo, 0.9)).Single()!;
        double[] box = [.. surest["bbox"]!.AsArray().Select(value => (double)value!)];
        await page.ChooseAsync(PageFixture.Photo);
        IElementHandle slider = await page.Threshold.ElementHandleAsync();
        double[] drawn = await page.Page.EvaluateAsync<double[]>(DrawnWithin, new object[] { slider, "0.9" });

        // Lines are a few pixels wide; above the box is its label.
        Assert.InRange(drawn[0], box[0] - 4, box[0]);
        Assert.InRange(drawn[1], box[1] - 30, box[1] - 10);
        Assert.InRange(drawn[2], box[0] + box[2], box[0] + box[2] + 4);
        Assert.InRange(drawn[3], box[1] + box[3], box[1] + box[3] + 4);
    });

    [Fact]
    public Task SeveralPictures_AreAskedOneAfterTheOther_AndListed() => fixture.RunAsync(async page =>
    {
        string[] paths = [PageFixture.Photo, PageFixture.OtherPhoto, PageFixture.Photo];
        Assert.True(await HandOverAsync(page, "drop", paths));

        await Assertions.Expect(page.Chosen).ToHaveCountAsync(3);
        await Assertions.Expect(page.Chosen.Nth(1)).ToHaveAccessibleNameAsync($"BloodImage_00055.jpg {await SurestAsync(PageFixture.OtherPhoto)}");
        await Assertions.Expect(page.Chosen.Nth(2)).ToHaveAccessibleNameAsync($"BloodImage_00014.jpg {await SurestAsync(PageFixture.Photo)}");
        Assert.Equal(3, page.Asked.Count);
        Assert.Equal(1, page.MostInFlight);

        await page.AnsweredAsync("BloodImage_00014.jpg");
        await page.Chosen.Nth(1).ClickAsync();
        await page.AnsweredAsync("BloodImage_00055.jpg");
        await Assertions.Expect(page.Chosen.Nth(1)).ToHaveAttributeAsync("aria-current", "true");
        await page.Button("Clear the list").ClickAsync();
        await Assertions.Expect(page.Chosen).ToHaveCountAsync(0);
        await Assertions.Expect(page.Canvas).ToBeHiddenAsync();
        Assert.Equal(3, page.Asked.Count);
    });

    [Fact]
    public Task PastedPicture_IsShown() => fixture.RunAsync(async page =>
    {
        Assert.True(await HandOverAsync(page, "paste", PageFixture.OtherPhoto));
        await page.AnsweredAsync("BloodImage_00055.jpg");
        await Assertions.Expect(page.Rows.First).ToContainTextAsync(Score((await fixture.DetectAsync(PageFixture.OtherPhoto, 0.5))[0]!, "0.000"));
    });

    [Fact]
    public Task Sample_IsOfferedForModelsThatKnowIt() => fixture.RunAsync(async page =>
    {
        await page.Button("Blood cells 2").ClickAsync();
        await page.AnsweredAsync("BloodImage_00055.jpg");
        await page.ChooseModelAsync(PageFixture.Classifier);
        await Assertions.Expect(page.Button("Blood cells 2")).ToBeHiddenAsync();
        await Assertions.Expect(page.Button("Ship")).ToBeHiddenAsync();
    });

    [Fact]
    public Task Sample_IsOfferedForClassifiersThatKnowIt() => fixture.RunAsync(
        async page =>
        {
            await page.ChooseModelAsync(PageFixture.Classifier);
            await page.Button("Ship").ClickAsync();
            await page.AnsweredAsync("cifar10-ship.jpg");
        },
        prepare: page => page.RouteAsync("**/models", async route =>
        {
            JsonNode list = JsonNode.Parse(await fixture.Client.GetStringAsync("/models"))!;
            list["models"]!.AsArray().Single(model => (string)model!["name"]! == PageFixture.Classifier)!["labels"]![0] = "ship";
            await route.FulfillAsync(new RouteFulfillOptions { ContentType = "application/json", Body = list.ToJsonString() });
        }));

    [Fact]
    public Task Threshold_FiltersWithoutARequest() => fixture.RunAsync(async page =>
    {
        await page.ChooseAsync(PageFixture.Photo);
        foreach (string lowest in (string[])["0.7", "0", "0.95", "0.5"])
        {
            JsonArray expected = await fixture.DetectAsync(PageFixture.Photo, double.Parse(lowest, CultureInfo.InvariantCulture));
            await page.SetThresholdAsync(lowest);
            await Assertions.Expect(page.Rows).ToHaveCountAsync(expected.Count);
            await Assertions.Expect(page.Canvas).ToHaveAccessibleNameAsync(new Regex($": {expected.Count} of 100 detections"));
            Assert.EndsWith($", {expected.Count} shown", await page.Threshold.GetAttributeAsync("aria-valuetext"), StringComparison.Ordinal);
        }

        Assert.Single(page.Asked);
    });

    [Fact]
    public Task RowAndBox_PointToEachOther() => fixture.RunAsync(async page =>
    {
        JsonNode surest = (await fixture.DetectAsync(PageFixture.Photo, 0.9)).Single()!;
        await page.ChooseAsync(PageFixture.Photo);
        LocatorBoundingBoxResult canvas = (await page.Canvas.BoundingBoxAsync())!;
        float scale = canvas.Width / 640;
        double[] box = [.. surest["bbox"]!.AsArray().Select(value => (double)value! * scale)];
        var middle = new Position { X = (float)(box[0] + box[2] / 2), Y = (float)(box[1] + box[3] / 2) };

        await page.Canvas.ClickAsync(new LocatorClickOptions { Position = middle });
        ILocator row = page.Rows.Filter(new() { HasText = "WBC" }), button = row.GetByRole(AriaRole.Button);
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(row).ToHaveClassAsync("marked");
        await page.Canvas.ClickAsync(new LocatorClickOptions { Position = middle });
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-pressed", "false");

        // The other way: what the row's box is drawn with changes.
        await page.Page.Mouse.MoveAsync(0, 0);
        string before = await page.Canvas.EvaluateAsync<string>("canvas => canvas.toDataURL()");
        await row.HoverAsync();
        Assert.NotEqual(before, await page.Canvas.EvaluateAsync<string>("canvas => canvas.toDataURL()"));
        await page.Page.Mouse.MoveAsync(0, 0);
        Assert.Equal(before, await page.Canvas.EvaluateAsync<string>("canvas => canvas.toDataURL()"));
    });

    [Fact]
    public Task SavedPicture_HasItsOwnSizeAndTheBoxesShown() => fixture.RunAsync(async page =>
    {
        JsonNode surest = (await fixture.DetectAsync(PageFixture.Photo, 0.9)).Single()!;
        double[] box = [.. surest["bbox"]!.AsArray().Select(value => (double)value!)];
        await page.ChooseAsync(PageFixture.Photo);
        await page.SetThresholdAsync("0.9");
        IDownload download = await page.Page.RunAndWaitForDownloadAsync(() => page.Button("Save the picture").ClickAsync());
        Assert.Equal("BloodImage_00014-boxes.jpg", download.SuggestedFilename);
        Picture photo = PictureDecoder.DecodeFile(PageFixture.Photo), saved = PictureDecoder.DecodeFile(await download.PathAsync());

        Assert.Equal((photo.Width, photo.Height), (saved.Width, saved.Height));
        int middle = (int)(box[1] + box[3] / 2);
        Assert.Contains(Enumerable.Range(-3, 7), offset => Changed((int)box[0] + offset, middle));
        Assert.DoesNotContain(Enumerable.Range(0, photo.Width), x => (x < box[0] - 16 || x > box[0] + box[2] + 16) && Changed(x, middle));

        // More than what JPEG loses.
        bool Changed(int x, int y) => Enumerable.Range(0, Picture.Channels).Any(channel =>
            Math.Abs(photo.Pixels[(y * photo.Width + x) * 3 + channel] - saved.Pixels[(y * photo.Width + x) * 3 + channel]) > 60);
    });

    [Fact]
    public Task AnotherModel_IsAskedAboutTheSamePicture() => fixture.RunAsync(async page =>
    {
        await page.ChooseModelAsync(PageFixture.Detector); // Once the page knows its models.
        await page.ChooseAsync(PageFixture.Photo);
        await page.ChooseModelAsync(PageFixture.Classifier);
        await Assertions.Expect(page.Status).ToContainTextAsync($"{PageFixture.Classifier} version 1 took");
        await Assertions.Expect(page.Threshold).ToBeHiddenAsync();
        await Assertions.Expect(page.Canvas).ToBeVisibleAsync();

        byte[] photo = await File.ReadAllBytesAsync(PageFixture.Photo);
        JsonNode answer = await fixture.PostAsync($"/classify?model={PageFixture.Classifier}", photo);
        Assert.Equal(
            answer["predictions"]!.AsArray().Select(prediction => (string)prediction!["label"]!),
            await page.Rows.GetByRole(AriaRole.Rowheader).AllInnerTextsAsync());
        Assert.Equal([$"/detect?model={PageFixture.Detector}", $"/classify?model={PageFixture.Classifier}"], page.Asked.Select(address => new Uri(address).PathAndQuery));
    });

    [Fact]
    public Task Recording_IsClassifiedByAnEventNetwork() => fixture.RunAsync(async page =>
    {
        await page.ChooseModelAsync(PageFixture.EventNetwork);
        await Assertions.Expect(page.Camera).ToBeHiddenAsync();
        byte[] recording = TestEvents.Square(10, 20, 40, 2000, seed: 1);
        await page.Files.SetInputFilesAsync(new FilePayload { Name = "moves.aedat", MimeType = "", Buffer = recording });
        await page.AnsweredAsync("moves.aedat");

        JsonNode answer = await fixture.PostAsync($"/classify?model={PageFixture.EventNetwork}", recording);
        await Assertions.Expect(page.Rows.First).ToContainTextAsync((string)answer["predictions"]![0]!["label"]!);
        await Assertions.Expect(page.Canvas).ToBeHiddenAsync();
        await Assertions.Expect(page.Button("Save the picture")).ToBeHiddenAsync();
    });

    private static async Task<bool> HandOverAsync(TryPage page, string kind, params string[] paths)
    {
        await Assertions.Expect(page.Model.GetByRole(AriaRole.Option)).ToHaveCountAsync(3);
        var files = paths.Select(path => new { name = Path.GetFileName(path), base64 = Convert.ToBase64String(File.ReadAllBytes(path)) }).ToArray();
        return await page.Page.EvaluateAsync<bool>(HandOver, new object[] { kind, files });
    }

    /// <summary>Class and score of what the model is surest of.</summary>
    private async Task<string> SurestAsync(string path)
    {
        JsonNode surest = (await fixture.DetectAsync(path, 0.5))[0]!;
        return $"{surest["category"]} {Score(surest, "0.00")}";
    }

    private static string Score(JsonNode detection, string format) => ((double)detection["score"]!).ToString(format, CultureInfo.InvariantCulture);

    private static string Rounded(double value) => Math.Round(value, MidpointRounding.AwayFromZero).ToString(CultureInfo.InvariantCulture);
}
