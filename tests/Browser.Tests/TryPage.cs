using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace SpikingDetector.Browser.Tests;

/// <summary>The page as its readers know it: by roles, names and labels.</summary>
internal sealed class TryPage
{
    private readonly List<string> _asked = [];
    private readonly List<string> _complaints = [];
    private int _inFlight;

    public TryPage(IPage page, Uri address)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _complaints.Add(message.Text);
        };
        page.PageError += (_, error) => _complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("blob:", StringComparison.Ordinal) && new Uri(request.Url).Authority != address.Authority)
                _complaints.Add($"asked {request.Url}");
            if (request.Method != "POST")
                return;
            _asked.Add(request.Url);
            MostInFlight = Math.Max(MostInFlight, ++_inFlight);
        };
        page.RequestFinished += (_, request) => Ended(request);
        page.RequestFailed += (_, request) => Ended(request);
    }

    public IPage Page { get; }

    /// <summary>Addresses to which pictures were sent.</summary>
    public IReadOnlyList<string> Asked => _asked;

    /// <summary>How many pictures were on their way at once.</summary>
    public int MostInFlight { get; private set; }

    /// <summary>Errors and warnings of the browser, and requests to other hosts.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    public ILocator Files => Page.GetByLabel(new Regex("Choose (pictures|recordings)"));

    public ILocator Camera => Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("the camera$") });

    public ILocator Model => Page.GetByRole(AriaRole.Combobox, new() { Name = "Model" });

    public ILocator Threshold => Page.GetByRole(AriaRole.Slider, new() { Name = "Lowest score shown" });

    public ILocator Activity => Page.GetByRole(AriaRole.Checkbox, new() { Name = "Spike activity" });

    public ILocator Status => Page.GetByRole(AriaRole.Status);

    public ILocator Problem => Page.GetByRole(AriaRole.Alert);

    public ILocator Canvas => Page.Locator("canvas");

    /// <summary>Rows of the table of results, without its head.</summary>
    public ILocator Rows => Page.GetByRole(AriaRole.Table).Locator("tbody").GetByRole(AriaRole.Row);

    public ILocator Chosen => Page.GetByRole(AriaRole.List, new() { Name = "Chosen pictures" }).GetByRole(AriaRole.Button);

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>Chooses files and waits for the answer to the first.</summary>
    public async Task ChooseAsync(params string[] paths)
    {
        await Files.SetInputFilesAsync(paths);
        await AnsweredAsync(Path.GetFileName(paths[0]));
    }

    /// <summary>Waits until the answer to a picture is shown.</summary>
    public async Task AnsweredAsync(string name)
    {
        await Assertions.Expect(Page.GetByRole(AriaRole.Table)).ToContainTextAsync(name);
        await Assertions.Expect(Status).ToContainTextAsync("the round trip");
    }

    public async Task ChooseModelAsync(string name) =>
        await Model.SelectOptionAsync(new SelectOptionValue { Value = name });

    /// <summary>Moves the slider as its reader would, so that it tells the page.</summary>
    public Task SetThresholdAsync(string value) => Threshold.FillAsync(value);

    private void Ended(IRequest request)
    {
        if (request.Method == "POST")
            _inFlight--;
    }
}
