using System.Security.Cryptography;
using System.Text;
using Microsoft.Playwright;
using SpikingDetector.Service.Tests;
using SpikingDetector.Tests;

namespace SpikingDetector.Browser.Tests;

/// <summary>A service that wants a key, and the page that is open to everybody.</summary>
public sealed class KeyTests(PageFixture fixture)
{
    private const string Key = "a key of these tests";

    [Fact]
    public async Task Key_IsAskedForUntilItIsRight_AndKeptInTheTabAlone()
    {
        if (Chromium.Path is null)
            Assert.Skip(Chromium.Missing);
        using var models = new TemporaryFolder();
        ReferenceModels.ExportTo(models[$"{PageFixture.Classifier}.onnx"], ReferenceModels.Classifier);
        await using var service = new RunningService(
            ("Models:Folder", models.Path),
            ("Security:ApiKeys:0:Name", "reader"),
            ("Security:ApiKeys:0:Sha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key)))));
        for (int i = 0; i < 600 && !(await service.Client.GetAsync("/health/ready")).IsSuccessStatusCode; i++)
            await Task.Delay(50);

        await fixture.RunAsync(
            async page =>
            {
                ILocator field = page.Page.GetByLabel("API key");
                await Assertions.Expect(page.Problem).ToContainTextAsync("X-API-Key");
                await Assertions.Expect(field).ToBeFocusedAsync();
                await field.FillAsync("wrong");
                await field.PressAsync("Enter");
                await Assertions.Expect(field).ToHaveValueAsync("");
                await Assertions.Expect(page.Problem).ToContainTextAsync("not one that this service takes");
                await Assertions.Expect(field).ToBeFocusedAsync();
                await field.FillAsync(Key);
                await page.Button("Use this key").ClickAsync();
                await Assertions.Expect(page.Problem).ToBeEmptyAsync();
                await Assertions.Expect(field).ToBeHiddenAsync();

                await page.ChooseAsync(PageFixture.Photo);
                await page.Page.GetByText("Request and answer").ClickAsync();
                await Assertions.Expect(page.Page.Locator("#curl")).ToContainTextAsync("-H \"X-API-Key: $API_KEY\"");
                Assert.DoesNotContain(Key, await page.Page.ContentAsync(), StringComparison.Ordinal);

                await page.Page.ReloadAsync();
                await page.ChooseAsync(PageFixture.Photo);
                Assert.Equal(0, await page.Page.EvaluateAsync<int>("localStorage.length + document.cookie.length"));
            },
            isRefused: true,
            service: service);
    }
}
