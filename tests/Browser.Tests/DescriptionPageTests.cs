using System.Security.Cryptography;
using System.Text;
using Microsoft.Playwright;
using SpikingDetector.Service.Tests;

namespace SpikingDetector.Browser.Tests;

/// <summary>Swagger's page works under its content policy, and its Authorize button sends the key.</summary>
public sealed class DescriptionPageTests(PageFixture fixture)
{
    private const string Key = "a-key-for-the-page";

    [Fact]
    public async Task Authorize_SendsTheKey()
    {
        await using var service = new RunningService(
            ("Models:Folder", "no-models"),
            ("Security:ApiKeys:0:Name", "page"),
            ("Security:ApiKeys:0:Sha256", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Key)))));
        await fixture.RunAsync(
            async tryPage =>
            {
                IPage page = tryPage.Page;
                await page.GotoAsync(new Uri(service.Client.BaseAddress!, "/swagger/index.html").AbsoluteUri);
                await page.Locator(".auth-wrapper .authorize").First.ClickAsync();
                await page.Locator(".modal-ux input").First.FillAsync(Key);
                await page.Locator(".modal-ux .authorize").First.ClickAsync();
                await page.Locator(".modal-ux .btn-done").First.ClickAsync();
                ILocator models = page.Locator("#operations-Models-ListModels");
                await models.Locator(".opblock-summary-control").ClickAsync();
                await models.Locator(".try-out__btn").ClickAsync();
                await models.Locator(".execute").ClickAsync();
                await Assertions.Expect(models.Locator(".live-responses-table .response-col_status").Last).ToContainTextAsync("200");
            },
            isRefused: true,
            service: service);
    }

    [Fact]
    public async Task TryItOut_SendsAPictureAndShowsWhatWasFound() => await fixture.RunAsync(async tryPage =>
    {
        IPage page = tryPage.Page;
        await page.GotoAsync(new Uri(fixture.Client.BaseAddress!, "/swagger/index.html").AbsoluteUri);
        ILocator detect = page.Locator("#operations-Detection-Detect");
        await detect.Locator(".opblock-summary-control").ClickAsync();
        await detect.Locator(".try-out__btn").ClickAsync();
        await detect.Locator("input[type=file]").First.SetInputFilesAsync(PageFixture.Photo);
        await detect.Locator(".execute").ClickAsync();
        ILocator answer = detect.Locator(".live-responses-table");
        await Assertions.Expect(answer.Locator(".response-col_status").Last).ToContainTextAsync("200");
        await Assertions.Expect(answer).ToContainTextAsync("\"category\": \"RBC\"");
        await Assertions.Expect(answer).ToContainTextAsync("x-correlation-id");
    });
}
