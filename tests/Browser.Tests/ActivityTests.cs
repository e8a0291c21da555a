using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
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
            await page.ChooseModelAsync(PageFixture.Detector); // Once the page knows its models.
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
    public Task WhatTheServiceAnswers_IsShown() => fixture.RunAsync(async page =>
    {
        await page.ChooseModelAsync(PageFixture.Classifier);
        await page.Activity.CheckAsync();
        await page.ChooseAsync(PageFixture.Photo);
        using var content = new MultipartFormDataContent { { new ByteArrayContent(await File.ReadAllBytesAsync(PageFixture.Photo)), "image", "photo.jpg" } };
        HttpResponseMessage response = await fixture.Client.PostAsync($"/classify?model={PageFixture.Classifier}&activity=true", content);
        JsonNode activity = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["activity"]!;

        ILocator layers = page.Page.GetByRole(AriaRole.List, new() { Name = "Firing rate of each layer" });
        await Assertions.Expect(layers.GetByRole(AriaRole.Listitem)).ToHaveTextAsync(
            activity["layers"]!.AsArray().Select(layer => $"{(string)layer!["name"]!}{Percent(layer["firing_rate"]!)}"));
        await Assertions.Expect(page.Page.Locator("#spikes-summary")).ToHaveTextAsync(new Regex(
            $"^A neuron fired in {Regex.Escape(Percent(activity["mean_firing_rate"]!))} of the time steps, on average; the energy is estimated at [0-9.]+ µJ.$"));
    });

    [Fact]
    public Task ModelWithoutActivity_IsNotAskedForIt() => fixture.RunAsync(async page =>
    {
        await page.ChooseAsync(PageFixture.Photo);
        await Assertions.Expect(page.Activity).ToBeHiddenAsync();
    });

    private static string Percent(JsonNode rate) => string.Create(CultureInfo.InvariantCulture, $"{100 * (double)rate:0.0} %");
}
