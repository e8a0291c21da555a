using SpikingDetector.Core.Images;
using SpikingDetector.Core.Tests.Events;

namespace SpikingDetector.Training.Tests.Data;

/// <summary>Small made-up data folders.</summary>
internal static class TinyData
{
    /// <summary>Class folders "dark" and "light" with 32×32 pictures, split into train and val.</summary>
    public static string Classes(string folder, int trainingPictures = 8)
    {
        foreach ((string split, int count) in new[] { ("train", trainingPictures), ("val", 4) })
        {
            foreach ((string name, int level) in new[] { ("dark", 40), ("light", 200) })
            {
                string target = Path.Combine(folder, split, name);
                Directory.CreateDirectory(target);
                for (int i = 0; i < count; i++)
                    File.WriteAllBytes(Path.Combine(target, $"{i}.png"), PictureEncoder.EncodePng(Noise(32, 32, level, i)));
            }
        }

        return folder;
    }

    /// <summary>COCO pictures of 64×64 with one bright square each, split into train and val.</summary>
    public static string Coco(string folder, int trainingPictures = 8)
    {
        foreach ((string split, int count) in new[] { ("train", trainingPictures), ("val", 4) })
        {
            Directory.CreateDirectory(Path.Combine(folder, split));
            var images = new List<string>();
            var annotations = new List<string>();
            for (int i = 1; i <= count; i++)
            {
                Picture picture = Noise(64, 64, 60, i);
                (int x, int y) = (4 + (i * 7 % 24), 4 + (i * 11 % 24));
                for (int row = y; row < y + 28; row++)
                    picture.Pixels.Slice((row * 64 + x) * 3, 28 * 3).Fill(240);
                File.WriteAllBytes(Path.Combine(folder, split, $"{i}.png"), PictureEncoder.EncodePng(picture));
                images.Add($$"""{ "id": {{i}}, "file_name": "{{i}}.png", "width": 64, "height": 64 }""");
                annotations.Add(
                    $$"""{ "id": {{i}}, "image_id": {{i}}, "category_id": 1, "bbox": [{{x}}, {{y}}, 28, 28], "area": 784, "iscrowd": 0 }""");
            }

            Directory.CreateDirectory(Path.Combine(folder, "annotations"));
            File.WriteAllText(
                Path.Combine(folder, "annotations", $"instances_{split}.json"),
                $$"""
                { "images": [{{string.Join(", ", images)}}], "annotations": [{{string.Join(", ", annotations)}}],
                  "categories": [{ "id": 1, "name": "square" }] }
                """);
        }

        return folder;
    }

    /// <summary>
    /// Recordings of a square that gets darker (events of polarity 0) or lighter (polarity 1) somewhere. Laid out like
    /// CIFAR10-DVS, without splits.
    /// </summary>
    public static string Events(string folder, int recordings = 20, int seed = 0)
    {
        foreach ((string name, int polarity) in new[] { ("darker", 0), ("lighter", 1) })
        {
            string target = Path.Combine(folder, name);
            Directory.CreateDirectory(target);
            for (int i = 0; i < recordings; i++)
            {
                var random = new Random(seed + 2 * i + polarity);
                (int left, int top) = (random.Next(80), random.Next(80));
                byte[] file = TestEvents.Aedat(Enumerable.Range(0, 3000).Select(
                    _ => (left + random.Next(48), top + random.Next(48), polarity)));
                File.WriteAllBytes(Path.Combine(target, $"{name}_{i}.aedat"), file);
            }
        }

        return folder;
    }

    private static Picture Noise(int width, int height, int level, int seed)
    {
        var random = new Random(seed);
        var picture = new Picture(width, height);
        for (int i = 0; i < picture.Pixels.Length; i++)
            picture.Pixels[i] = (byte)(level + random.Next(-30, 31));
        return picture;
    }
}
