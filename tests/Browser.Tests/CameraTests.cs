using Microsoft.Playwright;

namespace SpikingDetector.Browser.Tests;

/// <summary>The camera, frame after frame.</summary>
public sealed class CameraTests(PageFixture fixture)
{
    [Fact]
    public Task Camera_SendsOneFrameAtATime_UntilItIsStopped() => fixture.RunAsync(async page =>
    {
        await page.Camera.ClickAsync();
        await Assertions.Expect(page.Camera).ToHaveTextAsync("Stop the camera");
        await FramesAsync(page, 4);
        Assert.Equal(1, page.MostInFlight);
        await Assertions.Expect(page.Canvas).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Term)).ToContainTextAsync(["Frames a second"]);
        await page.Camera.ClickAsync();
        await StoppedAsync(page);
        await Assertions.Expect(page.Status).ToContainTextAsync("camera.jpg:");
    });

    [Fact]
    public Task Camera_IsStoppedWhenThePageIsHidden() => fixture.RunAsync(async page =>
    {
        await page.Camera.ClickAsync();
        await FramesAsync(page, 1);
        await page.Page.EvaluateAsync(
            "() => { Object.defineProperty(document, 'hidden', { value: true }); document.dispatchEvent(new Event('visibilitychange')); }");
        await StoppedAsync(page);
    }, prepare: KeepStream);

    [Fact]
    public Task Camera_IsStoppedByAPicture_ThatIsThenShown() => fixture.RunAsync(async page =>
    {
        await page.Camera.ClickAsync();
        await FramesAsync(page, 1);
        await page.ChooseAsync(PageFixture.Photo);
        await StoppedAsync(page);
    }, prepare: KeepStream);

    [Fact]
    public Task LiveRegion_IsQuietWhileTheCameraIsOn() => fixture.RunAsync(async page =>
    {
        await page.Camera.ClickAsync();
        await FramesAsync(page, 1);
        await page.Page.EvaluateAsync("""
            () => {
              window.said = 0;
              const observer = new MutationObserver((changes) => { window.said += changes.length; });
              for (const region of document.querySelectorAll('[role=status], [role=alert], [aria-live], output'))
                observer.observe(region, { subtree: true, childList: true, characterData: true });
            }
            """);
        await FramesAsync(page, page.Asked.Count + 3);
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("window.said"));
    });

    [Fact]
    public Task MissingCamera_IsNotOffered() => fixture.RunAsync(
        async page =>
        {
            await page.ChooseAsync(PageFixture.Photo);
            await Assertions.Expect(page.Camera).ToBeHiddenAsync();
        },
        prepare: page => page.AddInitScriptAsync("navigator.mediaDevices.enumerateDevices = async () => [];"));

    [Fact]
    public Task InsecurePage_OffersNoCamera() => fixture.RunAsync(
        async page =>
        {
            await page.ChooseAsync(PageFixture.Photo);
            await Assertions.Expect(page.Camera).ToBeHiddenAsync();
        },
        isSecure: false);

    [Fact]
    public Task RefusedPermission_IsExplained() => fixture.RunAsync(
        async page =>
        {
            await page.Camera.ClickAsync();
            await Assertions.Expect(page.Problem).ToHaveTextAsync("The browser may not use the camera. Allow it beside the address, and try again.");
            await Assertions.Expect(page.Camera).ToHaveTextAsync("Use the camera");
        },
        prepare: page => page.AddInitScriptAsync(
            "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('denied', 'NotAllowedError'));"));

    private static Task KeepStream(IPage page) => page.AddInitScriptAsync("""
        const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (wish) => (window.stream = await ask(wish));
        """);

    /// <summary>Waits until so many frames were sent.</summary>
    private static async Task FramesAsync(TryPage page, int count)
    {
        for (int i = 0; page.Asked.Count < count; i++)
        {
            Assert.True(i < 300, $"Only {page.Asked.Count} of {count} frames were sent within 30 s.");
            await Task.Delay(100);
        }

        await Assertions.Expect(page.Page.GetByRole(AriaRole.Table)).ToContainTextAsync("camera.jpg");
    }

    private static async Task StoppedAsync(TryPage page)
    {
        await Assertions.Expect(page.Camera).ToHaveTextAsync("Use the camera");
        Assert.False(await page.Page.EvaluateAsync<bool>("window.stream?.active ?? false"));
        int sent = page.Asked.Count;
        await Task.Delay(500);
        Assert.Equal(sent, page.Asked.Count);
    }
}
