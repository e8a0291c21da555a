using System.Text.Json.Nodes;
using SpikingDetector.Core.Coco;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Service.Tests;

/// <summary>
/// The whole path as a user has it: the shipped models, found by the service's own settings, on real pictures that
/// they were not trained on, against what people saw on them.
/// </summary>
public sealed class ShippedModelTests : IAsyncLifetime
{
    private const float Overlap = 0.5f;

    private static readonly string Photos = Path.Combine(AppContext.BaseDirectory, "photos");
    private static readonly CocoDataset Dataset = CocoDataset.Load(Path.Combine(Photos, "instances.json"), Photos);

    private RunningService _service = null!;

    public async ValueTask InitializeAsync() => _service = await RunningService.StartAsync([]);

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task ShippedDetector_IsReadyAndTheDefault()
    {
        JsonNode model = await DefaultAsync("bccd-sg10");
        Assert.Equal(["RBC", "WBC", "Platelets"], model["categories"]!.AsArray().Select(category => (string?)category!["name"]));
    }

    [Fact]
    public async Task ShippedClassifier_IsReadyAndTheDefault()
    {
        JsonNode model = await DefaultAsync("cifar10-small");
        Assert.Equal(
            ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
            model["labels"]!.AsArray().Select(label => (string?)label));
    }

    [Fact]
    public async Task PictureOfAShip_IsAShip()
    {
        byte[] picture = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "cifar10", "cifar10-ship.jpg"));
        JsonNode answer = await (await _service.Client.PostAsync("/classify", Requests.Form(picture))).JsonAsync();

        Assert.Equal("cifar10-small", (string?)answer["model"]!["name"]);
        Assert.Equal("ship", (string?)answer["predictions"]![0]!["label"]);
        Assert.True((double?)answer["predictions"]![0]!["probability"] > 0.5);
    }

    [Fact]
    public async Task Photographs_MostCellsAreFound()
    {
        (int cells, int found, _) = await MatchAsync(scoreThreshold: 0.3);
        Assert.True(found >= 0.8 * cells, $"Found {found} of {cells} cells.");
    }

    [Fact]
    public async Task Photographs_WhatIsSureIsACell()
    {
        (_, int found, int detections) = await MatchAsync(scoreThreshold: 0.5);
        Assert.True(detections >= 10, $"Only {detections} detections.");
        Assert.True(found >= 0.8 * detections, $"Only {found} of {detections} detections are cells.");
    }

    [Fact]
    public async Task Photograph_OfTwiceTheSize_HasItsCellsAtTwiceThePlaces()
    {
        string path = Dataset.Pictures[0].Path;
        Picture photo = PictureDecoder.DecodeFile(path);
        (Picture twice, _) = new Letterbox(2 * photo.Height, 2 * photo.Width, default).Apply(photo);
        List<(Box Box, string Category)> small = await DetectAsync(path, "?max_detections=5");
        List<(Box Box, string Category)> large = await DetectAsync(PictureEncoder.EncodePng(twice), "?max_detections=20");

        Assert.All(small, cell => Assert.Contains(large, other =>
            other.Category == cell.Category
            && other.Box.IntersectionOverUnion(new Box(2 * cell.Box.X1, 2 * cell.Box.Y1, 2 * cell.Box.X2, 2 * cell.Box.Y2)) > 0.8f));
    }

    [Fact]
    public async Task Photograph_AsPicture_HasBoxesOnlyWhereCellsAre()
    {
        string path = Dataset.Pictures[0].Path;
        HttpResponseMessage response = await _service.Client.PostAcceptingAsync(
            "/detect?max_detections=1", Requests.Form(await File.ReadAllBytesAsync(path)), "image/png");
        Picture photo = PictureDecoder.DecodeFile(path), drawn = PictureDecoder.Decode(await response.Content.ReadAsByteArrayAsync());
        Box cell = Assert.Single(await DetectAsync(path, "?max_detections=1")).Box;

        // The box's line crosses the middle of its left side; far from the box nothing has changed.
        int y = (int)(cell.Y1 + cell.Height / 2);
        Assert.Contains(Enumerable.Range(-3, 7), offset => Changed((int)cell.X1 + offset, y));
        Assert.DoesNotContain(Enumerable.Range(0, photo.Width), x => (x < cell.X1 - 8 || x > cell.X2 + 8) && Changed(x, y));

        bool Changed(int x, int y) => x >= 0 && x < photo.Width
            && !photo.Pixels.Slice((y * photo.Width + x) * 3, 3).SequenceEqual(drawn.Pixels.Slice((y * photo.Width + x) * 3, 3));
    }

    /// <summary>What the service says of a model, which is ready and the default of its task.</summary>
    private async Task<JsonNode> DefaultAsync(string name)
    {
        Assert.True((await _service.Client.GetAsync("/health/ready")).IsSuccessStatusCode);
        JsonNode model = await (await _service.Client.GetAsync($"/models/{name}")).JsonAsync();
        Assert.Equal("ready", (string?)model["status"]);
        Assert.True((bool?)model["default"]);
        return model;
    }

    /// <summary>Gives each cell that people saw the best detection of its kind that overlaps it enough.</summary>
    private async Task<(int Cells, int Found, int Detections)> MatchAsync(double scoreThreshold)
    {
        int cells = 0, found = 0, detections = 0;
        foreach (CocoPicture photo in Dataset.Pictures)
        {
            var left = await DetectAsync(photo.Path, FormattableString.Invariant($"?score_threshold={scoreThreshold}"));
            detections += left.Count;
            cells += photo.Objects.Count;
            foreach (CocoObject cell in photo.Objects)
            {
                string category = Dataset.Categories[cell.CategoryIndex].Name;
                int match = left.FindIndex(detection =>
                    detection.Category == category && detection.Box.IntersectionOverUnion(cell.Box) > Overlap);
                if (match < 0)
                    continue;
                found++;
                left.RemoveAt(match);
            }
        }

        return (cells, found, detections);
    }

    private async Task<List<(Box Box, string Category)>> DetectAsync(string path, string query) =>
        await DetectAsync(await File.ReadAllBytesAsync(path), query);

    private async Task<List<(Box Box, string Category)>> DetectAsync(byte[] file, string query)
    {
        JsonNode answer = await (await _service.Client.PostAsync($"/detect{query}", Requests.Form(file))).JsonAsync();
        return [.. answer["detections"]!.AsArray().Select(detection => (BoxOf(detection!["bbox"]!), (string)detection["category"]!))];
    }

    private static Box BoxOf(JsonNode bbox)
    {
        float[] values = [.. bbox.AsArray().Select(value => (float)value!)];
        return new Box(values[0], values[1], values[0] + values[2], values[1] + values[3]);
    }
}
