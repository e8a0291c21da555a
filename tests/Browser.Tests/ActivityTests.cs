using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace SpikingDetector.Browser.Tests;

/// <summary>Spike activity, for models that tell it.</summary>
public sealed class ActivityTests(PageFixture fixture)
{
    private const string Answered = """
        {"mean_firing_rate": 0.1834, "energy_estimate_uj": 12.34, "layers": [
          {"name": "backbone.body.sn1", "firing_rate": 0.05}, {"name": "backbone.body.layer1.0.sn1", "firing_rate": 0.4}]}
        """;

    [Fact]
    public Task ModelWithActivity_IsAskedForItOnWish() => fixture.RunAsync(
        async page =>
        {
            await page.ChooseAsync(PageFixture.Photo);
            ILocator layers = page.Page.GetByRole(AriaRole.List, new() { Name = "Firing rate of each layer" });
            await Assertions.Expect(layers).ToBeHiddenAsync();
            await page.Activity.CheckAsync();
            await Assertions.Expect(layers.GetByRole(AriaRole.Listitem)).ToHaveTextAsync(["backbone.body.sn15.0 %", "backbone.body.layer1.0.sn140.0 %"]);
            await Assertions.Expect(page.Page.Locator("#spikes-summary"))
                .ToHaveTextAsync("A neuron fired in 18.3 % of the time steps, on average; the energy is estimated at 12.3 µJ.");
            Assert.Equal(
                [$"/detect?model={PageFixture.Detector}", $"/detect?model={PageFixture.Detector}&activity=true"],
                page.Asked.Select(address => new Uri(address).PathAndQuery));
            await page.Activity.UncheckAsync();
            await Assertions.Expect(layers).ToBeHiddenAsync();
        },
        prepare: async page =>
        {
            await page.RouteAsync("**/models", async route =>
            {
                JsonNode list = JsonNode.Parse(await fixture.Client.GetStringAsync("/models"))!;
                list["models"]!.AsArray().Single(model => (string)model!["name"]! == PageFixture.Detector)!["activity"] = true;
                await route.FulfillAsync(new RouteFulfillOptions { ContentType = "application/json", Body = list.ToJsonString() });
            });
            await page.RouteAsync("**/detect*activity=true", async route =>
            {
                // Neither the shipped model nor its answer has it.
                using var content = new MultipartFormDataContent { { new ByteArrayContent(await File.ReadAllBytesAsync(PageFixture.Photo)), "image", "photo.jpg" } };
                HttpResponseMessage response = await fixture.Client.PostAsync($"/detect?model={PageFixture.Detector}", content);
                JsonNode answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
                answer["activity"] = JsonNode.Parse(Answered);
                await route.FulfillAsync(new RouteFulfillOptions { ContentType = "application/json", Body = answer.ToJsonString() });
            });
        });

    [Fact]
    public Task ModelWithoutActivity_IsNotAskedForIt() => fixture.RunAsync(async page =>
    {
        await page.ChooseAsync(PageFixture.Photo);
        await Assertions.Expect(page.Activity).ToBeHiddenAsync();
    });
}
