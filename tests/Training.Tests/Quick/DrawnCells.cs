using SpikingDetector.Core.Images;

namespace SpikingDetector.Training.Tests.Quick;

/// <summary>
/// The blood cells' stand-in: pictures with pale red discs, larger cells with a dark core, and small dark plates on a light
/// ground, as a COCO folder with BCCD's categories.
/// </summary>
internal static class DrawnCells
{
    private const int Width = 320;
    private const int Height = 240;

    public static string Coco(string folder, int training, int validation)
    {
        foreach ((string split, int count, int first) in new[] { ("train", training, 0), ("val", validation, 100_000) })
        {
            Directory.CreateDirectory(Path.Combine(folder, split));
            Directory.CreateDirectory(Path.Combine(folder, "annotations"));
            var images = new List<string>();
            var annotations = new List<string>();
            for (int id = 1; id <= count; id++)
            {
                Picture picture = Draw(new Random(first + id), out List<(int Category, int X, int Y, int Radius)> cells);
                File.WriteAllBytes(Path.Combine(folder, split, $"{id}.png"), PictureEncoder.EncodePng(picture));
                images.Add($$"""{ "id": {{id}}, "file_name": "{{id}}.png", "width": {{Width}}, "height": {{Height}} }""");
                annotations.AddRange(cells.Select((cell, i) => $$"""
                    { "id": {{id * 100 + i}}, "image_id": {{id}}, "category_id": {{cell.Category}}, "iscrowd": 0,
                      "bbox": [{{cell.X - cell.Radius}}, {{cell.Y - cell.Radius}}, {{2 * cell.Radius}}, {{2 * cell.Radius}}],
                      "area": {{4 * cell.Radius * cell.Radius}} }
                    """));
            }

            File.WriteAllText(
                Path.Combine(folder, "annotations", $"instances_{split}.json"),
                $$"""
                { "images": [{{string.Join(", ", images)}}], "annotations": [{{string.Join(", ", annotations)}}],
                  "categories": [{ "id": 1, "name": "RBC" }, { "id": 2, "name": "WBC" }, { "id": 3, "name": "Platelets" }] }
                """);
        }

        return folder;
    }

    private static Picture Draw(Random random, out List<(int Category, int X, int Y, int Radius)> cells)
    {
        var picture = new Picture(Width, Height);
        Fill(picture, random, 0, 0, Width, Height, (_, _) => (225, 215, 215));
        cells = [];
        int[] wanted = [2, .. Enumerable.Repeat(1, random.Next(5, 10)), .. Enumerable.Repeat(3, random.Next(1, 4))];
        foreach (int category in wanted)
        {
            int radius = category switch { 1 => random.Next(22, 28), 2 => random.Next(34, 44), _ => random.Next(12, 16) };
            (int x, int y) = (random.Next(radius, Width - radius), random.Next(radius, Height - radius));
            if (cells.Any(other => Math.Pow(other.X - x, 2) + Math.Pow(other.Y - y, 2) < Math.Pow(0.9 * (other.Radius + radius), 2)))
                continue;
            cells.Add((category, x, y, radius));
            Fill(picture, random, x - radius, y - radius, x + radius, y + radius, (px, py) =>
            {
                double distance = Math.Sqrt(Math.Pow(px + 0.5 - x, 2) + Math.Pow(py + 0.5 - y, 2)) / radius;
                return (category, distance) switch
                {
                    (_, > 1) => null,
                    (1, < 0.4) => (220, 180, 175),
                    (1, _) => (200, 130, 125),
                    (2, < 0.6) => (95, 50, 130),
                    (2, _) => (190, 170, 205),
                    _ => (110, 60, 140),
                };
            });
        }

        return picture;
    }

    private static void Fill(
        Picture picture, Random random, int left, int top, int right, int bottom, Func<int, int, (int R, int G, int B)?> colour)
    {
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                if (colour(x, y) is not { } rgb)
                    continue;
                int noise = random.Next(-15, 16);
                int at = (y * picture.Width + x) * 3;
                picture.Pixels[at] = (byte)Math.Clamp(rgb.R + noise, 0, 255);
                picture.Pixels[at + 1] = (byte)Math.Clamp(rgb.G + noise, 0, 255);
                picture.Pixels[at + 2] = (byte)Math.Clamp(rgb.B + noise, 0, 255);
            }
        }
    }
}
