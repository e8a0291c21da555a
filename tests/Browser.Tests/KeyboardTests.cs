using Microsoft.Playwright;

namespace SpikingDetector.Browser.Tests;

/// <summary>The page without a mouse.</summary>
public sealed class KeyboardTests(PageFixture fixture)
{
    /// <summary>What has the focus, and whether it shows; of the hidden file field its label shows it.</summary>
    private const string Focused = """
        () => {
          const focused = document.activeElement;
          if (focused === document.body) return null;
          const shown = focused.type === 'file' ? focused.labels[0] : focused;
          const { outlineStyle, outlineWidth } = getComputedStyle(shown);
          const isSeen = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
          return (focused.labels?.[0] ?? focused).textContent.trim() + (isSeen ? '' : ' (unseen)');
        }
        """;

    [Fact]
    public Task Tab_GoesThroughThePageInItsOrder_AndTheFocusIsSeen() => fixture.RunAsync(async page =>
    {
        await page.ChooseAsync(PageFixture.Photo);
        await page.Page.EvaluateAsync("() => { getSelection().removeAllRanges(); document.activeElement.blur(); }");
        List<string> order = [];
        for (int i = 0; i < 20; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            if (await page.Page.EvaluateAsync<string?>(Focused) is not { } name)
                break;
            order.Add(name);
        }

        Assert.Equal(
            ["Choose pictures", "Use the camera", "Blood cells 1", "Blood cells 2", "Model", "Lowest score shown 0.50", "WBC",
                "Save the picture", "Copy the JSON", "Copy as curl", "Request and answer", "Description of the API", "Models"],
            order);
    });

    [Fact]
    public Task Keys_AloneChooseFilterAndPointOut() => fixture.RunAsync(async page =>
    {
        // Asked for at once, so that the browser knows it before the key comes: it is told without waiting for it.
        var dialog = new TaskCompletionSource<IFileChooser>();
        page.Page.FileChooser += (_, chooser) => dialog.TrySetResult(chooser);
        await Assertions.Expect(page.Model.GetByRole(AriaRole.Option)).ToHaveCountAsync(3);
        await TabToAsync(page, page.Files);
        await page.Page.Keyboard.PressAsync("Enter");
        IFileChooser chooser = await dialog.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await chooser.SetFilesAsync(PageFixture.Photo);
        await page.AnsweredAsync("BloodImage_00014.jpg");
        await Assertions.Expect(page.Files).ToBeFocusedAsync();

        await TabToAsync(page, page.Threshold);
        for (int i = 0; i < 10; i++)
            await page.Page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(page.Threshold).ToHaveValueAsync("0.6");
        int rows = (await fixture.DetectAsync(PageFixture.Photo, 0.6)).Count;
        Assert.InRange(rows, 4, 20);
        await Assertions.Expect(page.Rows).ToHaveCountAsync(rows);

        ILocator buttons = page.Rows.GetByRole(AriaRole.Button);
        await TabToAsync(page, buttons.First);
        foreach ((string key, int row) in ((string, int)[])[("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("End", rows - 1), ("ArrowDown", rows - 1), ("Home", 0)])
        {
            await page.Page.Keyboard.PressAsync(key);
            await Assertions.Expect(buttons.Nth(row)).ToBeFocusedAsync();
            await Assertions.Expect(page.Rows.Nth(row)).ToHaveClassAsync("marked");
        }

        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(buttons.First).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Button("Save the picture")).ToBeFocusedAsync();
        await Assertions.Expect(page.Rows.First).ToHaveClassAsync("marked");
    });

    private static async Task TabToAsync(TryPage page, ILocator target)
    {
        for (int i = 0; i < 10; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
                return;
        }

        Assert.Fail("The Tab key does not lead there.");
    }
}
