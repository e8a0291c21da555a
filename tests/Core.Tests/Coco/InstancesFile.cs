using System.Text.Json;
using SpikingDetector.Core.Coco;

namespace SpikingDetector.Core.Tests.Coco;

/// <summary>Writes annotation files for tests.</summary>
internal static class InstancesFile
{
    public static void Write(
        string path,
        (long Id, string File, int Width, int Height)[] images,
        CocoAnnotation[] annotations,
        (int Id, string Name)[] categories)
    {
        var content = new
        {
            images = images.Select(i => new { id = i.Id, file_name = i.File, width = i.Width, height = i.Height }),
            annotations = annotations.Select(a => new
            {
                id = a.Id,
                image_id = a.ImageId,
                category_id = a.CategoryId,
                bbox = new[] { a.Box.X, a.Box.Y, a.Box.Width, a.Box.Height },
                area = a.Area,
                iscrowd = a.IsCrowd ? 1 : 0,
            }),
            categories = categories.Select(c => new { id = c.Id, name = c.Name }),
        };
        File.WriteAllText(path, JsonSerializer.Serialize(content));
    }
}
