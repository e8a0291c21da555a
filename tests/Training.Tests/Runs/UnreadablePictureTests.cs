using System.Text.Json;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Tests;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Runs;
using SpikingDetector.Training.Tests.Data;

namespace SpikingDetector.Training.Tests.Runs;

/// <summary>Damaged pictures in trainings and evaluations.</summary>
public sealed class UnreadablePictureTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void Train_NamesThemOnce_CountsThemAtTheEnd_AndStopsWhereAskedTo()
    {
        string data = TinyData.Coco(In("data"));
        File.WriteAllText(In("recipe.json"), TinyRecipes.Detector);
        File.WriteAllText(In("data", "train", "3.png"), "This is no picture.");
        File.WriteAllBytes(In("data", "val", "2.png"), []);
        string[] arguments = ["train", In("recipe.json"), "--data", data, "--threads", "1", "--device", "cpu"];

        (int exitCode, string output, string error) = CommandRun.Run([.. arguments, "--output", In("run")]);

        Assert.True(exitCode == 0, error);
        string[] lines = output.Split('\n');
        Assert.Single(lines, line => line.StartsWith($"passed over in training: {In("data", "train", "3.png")} is not of a format", StringComparison.Ordinal));
        Assert.Single(lines, line => line.StartsWith($"passed over in validation: {In("data", "val", "2.png")} is empty", StringComparison.Ordinal));
        Assert.Contains("1 training and 1 validation pictures could not be read", output, StringComparison.Ordinal);

        (exitCode, _, error) = CommandRun.Run([.. arguments, "--output", In("strict"), "--strict"]);

        Assert.Equal(2, exitCode);
        Assert.Contains($"{In("data", "train", "3.png")} is not of a format that is read", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_MissesTheObjectsOfADamagedPicture_AndNoOthers()
    {
        int[] objects = WriteWhatTheReferenceFinds("retina10_asd");
        using Checkpoint checkpoint = Checkpoint.Open(ReferenceFiles.CheckpointPath("retina10_asd"));
        Assert.Equal(1, Recall(checkpoint), 0.02);

        File.WriteAllBytes(In("val", "0.png"), []);

        Assert.Equal((double)objects[1] / objects.Sum(), Recall(checkpoint), 0.02);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private double Recall(Checkpoint checkpoint)
    {
        DataSet data = DataSet.ReadToMeasure(_folder, DataFolderKind.Coco);
        using Weights weights = Weights.Load(checkpoint, TorchSharp.torch.CPU);
        var task = new DetectionTask(weights, new(), Precision.Float32, data);
        Metrics metrics = task.Evaluate(data.ValidationBatches(checkpoint.Spec, 2, WhenUnreadable.LeaveOut).InOrder(default), _ => { });
        return metrics.Values.Single(value => value.Name == "AR100").Value;
    }

    /// <summary>
    /// The reference's pictures with the boxes that it finds in them as the truth, all of one category, so that recall is
    /// the share of the boxes found; gives how many each picture has.
    /// </summary>
    private int[] WriteWhatTheReferenceFinds(string name)
    {
        using SafetensorsFile expected = ReferenceFiles.Expected(name);
        ModelSpec spec = Reference.Spec(name);
        (int height, int width) = (spec.Input.Height, spec.Input.Width);
        byte[][] pictures = [.. expected.ReadBytes("pixels").Chunk(height * width * 3)];
        var annotations = new List<object>();
        var objects = new int[pictures.Length];
        long label = expected.ReadInt64s("labels.0").Intersect(expected.ReadInt64s("labels.1")).First();
        Directory.CreateDirectory(In("val"));
        Directory.CreateDirectory(In("annotations"));
        for (int n = 0; n < pictures.Length; n++)
        {
            File.WriteAllBytes(In("val", $"{n}.png"), PictureEncoder.EncodePng(new Picture(width, height, pictures[n])));
            long[] labels = expected.ReadInt64s($"labels.{n}");
            foreach ((_, float[] box) in expected.ReadSingles($"boxes.{n}").Chunk(4).Index().Where(item => labels[item.Index] == label))
            {
                objects[n]++;
                float[] sides = [box[0], box[1], box[2] - box[0], box[3] - box[1]];
                annotations.Add(new
                {
                    id = annotations.Count + 1,
                    image_id = n + 1,
                    category_id = spec.Categories[(int)label].Id,
                    bbox = sides,
                    area = sides[2] * sides[3],
                    iscrowd = 0,
                });
            }
        }

        File.WriteAllText(In("annotations", "instances_val.json"), JsonSerializer.Serialize(new
        {
            images = Enumerable.Range(0, pictures.Length).Select(n => new { id = n + 1, file_name = $"{n}.png", width, height }),
            categories = spec.Categories.Select(category => new { id = category.Id, name = category.Name }),
            annotations,
        }));
        return objects;
    }

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);
}
