using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace SpikingDetector.Browser.Tests;

/// <summary>What goes wrong is said in the server's words, and the page stays usable.</summary>
public sealed class ProblemTests(PageFixture fixture)
{
    private static readonly FilePayload NoPicture = new() { Name = "text.jpg", MimeType = "image/jpeg", Buffer = "no picture"u8.ToArray() };

    [Fact]
    public Task UnreadableFile_IsExplainedByTheServer_AndTheNextIsShown() => fixture.RunAsync(
        async page =>
        {
            using var content = new MultipartFormDataContent { { new ByteArrayContent(NoPicture.Buffer), "image", NoPicture.Name } };
            HttpResponseMessage refusal = await fixture.Client.PostAsync("/detect", content);
            JsonNode problem = JsonNode.Parse(await refusal.Content.ReadAsStringAsync())!;

            await page.ChooseAsync(PageFixture.Photo);
            await page.Files.SetInputFilesAsync(NoPicture);
            await Assertions.Expect(page.Problem).ToHaveTextAsync((string)problem["detail"]!);
            await Assertions.Expect(page.Page.GetByRole(AriaRole.Table)).ToBeHiddenAsync();
            await Assertions.Expect(page.Chosen.Nth(1)).ToContainTextAsync("failed");

            await page.ChooseAsync(PageFixture.OtherPhoto);
            await Assertions.Expect(page.Problem).ToBeEmptyAsync();
            await Assertions.Expect(page.Rows).ToHaveCountAsync((await fixture.DetectAsync(PageFixture.OtherPhoto, 0.5)).Count);
            await page.Chosen.First.ClickAsync();
            await page.AnsweredAsync("BloodImage_00014.jpg");
            await Assertions.Expect(page.Rows).ToHaveCountAsync((await fixture.DetectAsync(PageFixture.Photo, 0.5)).Count);
        },
        isRefused: true);

    [Fact]
    public Task RefusedPicture_IsShownAllTheSame_AndCanBeAskedAgain() => fixture.RunAsync(
        async page =>
        {
            await page.Page.RouteAsync("**/detect*", route => RefuseAsync(route, 422, "Words of the server."));
            await page.Files.SetInputFilesAsync(PageFixture.Photo);
            await Assertions.Expect(page.Problem).ToHaveTextAsync("Words of the server.");
            await Assertions.Expect(page.Canvas).ToBeVisibleAsync();
            await Assertions.Expect(page.Canvas).ToHaveAccessibleNameAsync("BloodImage_00014.jpg");
            await page.Page.UnrouteAllAsync();
            await page.ChooseModelAsync(PageFixture.Classifier);
            await page.AnsweredAsync("BloodImage_00014.jpg");
            await Assertions.Expect(page.Problem).ToBeEmptyAsync();
        },
        isRefused: true);

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public Task FullServer_IsAskedAgainAfterAWhile(int status) => fixture.RunAsync(
        async page =>
        {
            int refusals = 0;
            await page.Page.RouteAsync("**/detect*", route => ++refusals <= 2 ? RefuseAsync(route, status, "Full.") : route.ContinueAsync());
            await page.ChooseAsync(PageFixture.Photo);
            Assert.Equal(3, refusals);
            await Assertions.Expect(page.Problem).ToBeEmptyAsync();
        },
        isRefused: true);

    [Fact]
    public Task ServerThatIsGone_IsSaid() => fixture.RunAsync(
        async page =>
        {
            await page.ChooseAsync(PageFixture.Photo);
            await page.Page.RouteAsync("**/detect*", route => route.AbortAsync());
            await page.Files.SetInputFilesAsync(PageFixture.OtherPhoto);
            await Assertions.Expect(page.Problem).ToHaveTextAsync("The server does not answer. Is it still running?");
        },
        isRefused: true);

    [Fact]
    public Task KeyThatIsNoLongerGood_IsAskedFor_AndThePictureIsSentAgain() => fixture.RunAsync(
        async page =>
        {
            await Assertions.Expect(page.Model.GetByRole(AriaRole.Option)).ToHaveCountAsync(3);
            await page.Page.RouteAsync("**/detect*", route =>
                route.Request.Headers.ContainsKey("x-api-key") ? route.ContinueAsync() : RefuseAsync(route, 401, "Give a key."));
            await page.Files.SetInputFilesAsync([PageFixture.Photo, PageFixture.OtherPhoto]);
            await Assertions.Expect(page.Problem).ToHaveTextAsync("Give a key.");
            Assert.Single(page.Asked);
            await page.Page.GetByLabel("API key").FillAsync("a key");
            await page.Button("Use this key").ClickAsync();
            await page.AnsweredAsync("BloodImage_00014.jpg");
            await Assertions.Expect(page.Chosen.Nth(1)).ToHaveAccessibleNameAsync("BloodImage_00055.jpg WBC 0.94");
        },
        isRefused: true);

    private static Task RefuseAsync(IRoute route, int status, string detail) => route.FulfillAsync(new RouteFulfillOptions
    {
        Status = status,
        ContentType = "application/problem+json",
        Headers = new Dictionary<string, string> { ["Retry-After"] = "1" },
        Body = new JsonObject { ["status"] = status, ["detail"] = detail }.ToJsonString(),
    });
}
