using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace SpikingDetector.Browser.Tests;

/// <summary>The request and the answer to take along.</summary>
public sealed class TakeAlongTests(PageFixture fixture)
{
    private static readonly BrowserNewContextOptions WithClipboard = new() { Permissions = ["clipboard-read", "clipboard-write"] };

    [Fact]
    public Task Json_IsTheWholeAnswer() => fixture.RunAsync(
        async page =>
        {
            IResponse response = await page.Page.RunAndWaitForResponseAsync(
                () => page.Files.SetInputFilesAsync(PageFixture.Photo),
                candidate => candidate.Request.Method == "POST");
            await page.AnsweredAsync("BloodImage_00014.jpg");
            await page.Button("Copy the JSON").ClickAsync();
            await Assertions.Expect(page.Status).ToContainTextAsync("Copied.");
            string copied = await page.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(await response.TextAsync()), JsonNode.Parse(copied)));
        },
        WithClipboard);

    [Theory]
    [InlineData("photo.jpg", "image=@photo.jpg")]
    [InlineData("it's a \"test\"; $HOME.jpg", "image=@\"it's a \\\"test\\\"; $HOME.jpg\"")]
    public Task Curl_MeansTheSameToAShell(string name, string argument) => fixture.RunAsync(
        async page =>
        {
            byte[] photo = await File.ReadAllBytesAsync(PageFixture.Photo);
            await page.Files.SetInputFilesAsync(new FilePayload { Name = name, MimeType = "image/jpeg", Buffer = photo });
            await page.AnsweredAsync(name);
            await page.Button("Copy as curl").ClickAsync();
            await Assertions.Expect(page.Status).ToContainTextAsync("Copied.");
            string command = await page.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
            Assert.Equal(["-F", argument, $"{fixture.Client.BaseAddress}detect?model={PageFixture.Detector}"], await ArgumentsAsync(command));
        },
        WithClipboard);

    [Fact]
    public Task InsecurePage_CopiesAllTheSame() => fixture.RunAsync(
        async page =>
        {
            await page.ChooseAsync(PageFixture.Photo);
            await page.Button("Copy as curl").ClickAsync();
            await Assertions.Expect(page.Status).ToContainTextAsync("Copied.");
            await page.Page.EvaluateAsync("() => { document.body.append(document.createElement('textarea')); document.querySelector('textarea').focus(); }");
            await page.Page.Keyboard.PressAsync("Control+V");
            Assert.StartsWith("curl -F image=@BloodImage_00014.jpg 'http://", await page.Page.Locator("textarea").InputValueAsync(), StringComparison.Ordinal);
        },
        isSecure: false);

    /// <summary>What a shell hands curl.</summary>
    private static async Task<string[]> ArgumentsAsync(string command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"curl() {{ printf '%s\\n' \"$@\"; }}\n{command}"]) { RedirectStandardOutput = true };
        using Process shell = Process.Start(start)!;
        string output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
