using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using SpikingDetector.Browser.Tests;
using SpikingDetector.Export;
using SpikingDetector.Service.Tests;
using SpikingDetector.Tests;

[assembly: AssemblyFixture(typeof(PageFixture))]

namespace SpikingDetector.Browser.Tests;

/// <summary>
/// A browser with a camera that films a test picture, and the whole service with the shipped detector, the reference
/// classifier, which tells its spike activity, and a small event network; made once for all tests.
/// </summary>
public sealed class PageFixture : IAsyncLifetime
{
    public const string Detector = "cells";
    public const string Classifier = "kinds";
    public const string EventNetwork = "moves";

    // A name that the browser finds here and that, unlike an address of this machine, makes no secure context over HTTP.
    private const string OtherHost = "service.test";

    private readonly TemporaryFolder _models = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private RunningService? _service;

    public static string Photo { get; } = Path.Combine(AppContext.BaseDirectory, "photos", "BloodImage_00014.jpg");

    public static string OtherPhoto { get; } = Path.Combine(AppContext.BaseDirectory, "photos", "BloodImage_00055.jpg");

    public HttpClient Client => _service!.Client;

    /// <summary>What the service itself answers about a picture, by falling scores.</summary>
    public async Task<JsonArray> DetectAsync(string path, double threshold) => (await PostAsync(
        string.Create(CultureInfo.InvariantCulture, $"/detect?model={Detector}&score_threshold={Math.Max(threshold, 0.05)}"),
        await File.ReadAllBytesAsync(path)))["detections"]!.AsArray();

    /// <summary>Posts a file to the service itself.</summary>
    public async Task<JsonNode> PostAsync(string address, byte[] file)
    {
        using var content = new MultipartFormDataContent { { new ByteArrayContent(file), "image", "file" } };
        HttpResponseMessage response = await Client.PostAsync(address, content);
        return JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!;
    }

    public async ValueTask InitializeAsync()
    {
        if (Chromium.Path is null)
            return;
        File.Copy(Path.Combine(AppContext.BaseDirectory, "models", "bccd-sg10.onnx"), _models[$"{Detector}.onnx"]);
        ReferenceModels.ExportTo(_models[$"{Classifier}.onnx"], ReferenceModels.Classifier, new ExportOptions { Activity = true });
        EventModel.ExportTo(_models[$"{EventNetwork}.onnx"], timeSteps: 4);
        _service = await RunningService.StartAsync(_models.Path);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium.Path,
            Args =
            [
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                $"--host-resolver-rules=MAP {OtherHost} 127.0.0.1",
            ],
        });
        Assertions.SetDefaultExpectTimeout(30_000);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_service is not null)
            await _service.DisposeAsync();
        _models.Dispose();
    }

    /// <summary>
    /// Runs a test in a browser of its own, and checks that the page asked no other host and that the browser had no
    /// complaint, as it would of a script's error or of what the content policy forbids.
    /// </summary>
    /// <param name="test">Gets the page once it knows the models.</param>
    /// <param name="options">Colours, size and the like.</param>
    /// <param name="prepare">Called before the page is loaded.</param>
    /// <param name="isRefused">Whether the server may answer an error, of which browsers complain by themselves.</param>
    /// <param name="isSecure">False for a page over HTTP from another machine, as browsers see it.</param>
    /// <param name="service">Another service than that of all tests.</param>
    internal async Task RunAsync(
        Func<TryPage, Task> test,
        BrowserNewContextOptions? options = null,
        Func<IPage, Task>? prepare = null,
        bool isRefused = false,
        bool isSecure = true,
        RunningService? service = null)
    {
        if (_browser is null)
            Assert.Skip(Chromium.Missing);
        await using IBrowserContext context = await _browser.NewContextAsync(options);
        IPage page = await context.NewPageAsync();
        Uri address = (service?.Client ?? Client).BaseAddress!;
        if (!isSecure)
            address = new UriBuilder(address) { Host = OtherHost }.Uri;
        var tryPage = new TryPage(page, address);
        if (prepare is not null)
            await prepare(page);
        await page.GotoAsync(address.AbsoluteUri);
        await test(tryPage);
        Assert.DoesNotContain(tryPage.Complaints, complaint =>
            !(isRefused && complaint.StartsWith("Failed to load resource", StringComparison.Ordinal))
            && !(!isSecure && complaint.StartsWith("The Cross-Origin-Opener-Policy header has been ignored", StringComparison.Ordinal)));
    }
}
