using System.Text.Json;
using System.Text.Json.Nodes;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Images;
using SpikingDetector.Tests;

namespace SpikingDetector.Export.Tests.Commands;

public sealed class EvaluateCommandTests : CommandFixture
{
    private static readonly string[] Figures =
        ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"];

    [Theory]
    [InlineData(null)]
    [InlineData("3")]
    public async Task Detector_ThatFindsWhatIsAnnotated_HasFullPrecision(string? batch)
    {
        string model = await Export("retina10_asd", batch);
        WritePictures("retina10_asd", n => $"{n}.png");
        await File.WriteAllTextAsync(FilePath("truth.json"), Annotations(firstCategory: 1));

        JsonNode figures = await Evaluate(
            model, "--annotations", FilePath("truth.json"), "--detections", FilePath("found.json"));
        Assert.Equal(Figures, figures.AsObject().Select(figure => figure.Key));
        Assert.InRange(figures["AP"]!.GetValue<double>(), 0.98, 1);

        JsonNode again = JsonNode.Parse(await RunSuccessfully("coco-eval", FilePath("truth.json"), FilePath("found.json"), "--json"))!;
        Assert.Equal([.. Figures, "categories"], again.AsObject().Select(figure => figure.Key));
        Assert.All(Figures, name => Assert.Equal(figures[name]!.GetValue<double>(), again[name]!.GetValue<double>()));
        Assert.Equal(["1", "2", "3", "4", "5"], again["categories"]!.AsObject().Select(category => category.Key));
        string table = await RunSuccessfully("coco-eval", FilePath("truth.json"), FilePath("found.json"));
        Assert.All(Figures, name => Assert.Contains($" {name} ", table, StringComparison.Ordinal));
        Assert.Contains("thing4", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Detector_WhoseLabelsAreAllWrong_HasNoPrecision()
    {
        string model = await Export("retina10_asd");
        WritePictures("retina10_asd", n => $"{n}.png");
        await File.WriteAllTextAsync(FilePath("truth.json"), Annotations(firstCategory: 2));
        JsonNode figures = await Evaluate(model, "--annotations", FilePath("truth.json"));
        Assert.InRange(figures["AP"]!.GetValue<double>(), 0, 0.2);
    }

    [Fact]
    public async Task Classifier_IsMeasuredByTheNamesOfTheFolders()
    {
        string model = await Export("sg10_cifar_asd");
        using SafetensorsFile expected = ReferenceFiles.Expected("sg10_cifar_asd");
        float[][] logits = [.. expected.ReadSingles("logits").Chunk(10)];
        int[][] ranking = [.. logits.Select(row => Enumerable.Range(0, 10).OrderByDescending(i => row[i]).ToArray())];

        // The first picture lies with its best class, twice, the second with its fourth.
        WritePictures("sg10_cifar_asd", n => Path.Combine($"class{ranking[n][n == 0 ? 0 : 3]}", $"{n}.png"));
        string right = Path.Combine(Pictures, $"class{ranking[0][0]}");
        File.Copy(Path.Combine(right, "0.png"), Path.Combine(right, "again.png"));

        JsonNode accuracy = await Evaluate(model);
        Assert.Equal(2.0 / 3, accuracy["top1"]!.GetValue<double>(), 1e-9);
        Assert.Equal(1, accuracy["top5"]!.GetValue<double>());
        string table = await RunSuccessfully("evaluate", model, "--images", Pictures);
        Assert.Contains("0.6667", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classifier_OnBinaryCifarFiles_SeesWhatItSeesInClassFolders()
    {
        string model = await Export("sg10_cifar_asd");
        string cifar = CifarFiles.WriteCifar10(FilePath("cifar"), [.. Enumerable.Range(0, 10).Select(i => $"class{i}")], recordsEach: 30);
        foreach ((int number, LabelledSample sample) in ClassFolder.Open(cifar).Measured.Samples.Index())
        {
            string path = Path.Combine(Pictures, $"class{sample.ClassIndex}", $"{number}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, PictureEncoder.EncodePng(sample.Source.ReadPicture()));
        }

        string figures = await RunSuccessfully("evaluate", model, "--images", cifar, "--json");

        Assert.Equal(await RunSuccessfully("evaluate", model, "--images", Pictures, "--json"), figures);
        Assert.InRange(JsonNode.Parse(figures)!["top5"]!.GetValue<double>(), 0.1, 0.9);
        await File.WriteAllTextAsync(Path.Combine(cifar, "batches.meta.txt"), string.Join('\n', "abcdefghij".ToCharArray()));
        await RunRefused(["evaluate", model, "--images", cifar], "has the class 'a', which is no label");
    }

    [Fact]
    public async Task Classifier_OnAFolderThatIsNoLabel_IsRefused()
    {
        string model = await Export("sew10_iand");
        WritePictures("sew10_iand", n => Path.Combine("zebra", $"{n}.png"));
        await RunRefused(["evaluate", model, "--images", Pictures], "zebra", "class0");
    }

    [Fact]
    public async Task Task_ThatDoesNotFitTheModel_IsRefused()
    {
        string detector = await Export("retina10_asd");
        WritePictures("retina10_asd", n => Path.Combine("class0", $"{n}.png"));
        await RunRefused(["evaluate", detector, "--images", Pictures], "is a detector", "--annotations");

        string classifier = await Export("sew10_iand");
        await File.WriteAllTextAsync(FilePath("truth.json"), Annotations(firstCategory: 1));
        await RunRefused(
            ["evaluate", classifier, "--images", Pictures, "--annotations", FilePath("truth.json")], "is a classifier");
        await RunRefused(["evaluate", classifier, "--images", Pictures, "--detections", FilePath("x.json")], "--annotations");
    }

    [Fact]
    public async Task Picture_ThatIsMissingOrDamaged_IsNamed()
    {
        string model = await Export("retina10_asd");
        WritePictures("retina10_asd", n => $"{n}.png");
        await File.WriteAllTextAsync(FilePath("truth.json"), Annotations(firstCategory: 1));
        string[] arguments = ["evaluate", model, "--images", Pictures, "--annotations", FilePath("truth.json")];

        byte[] picture = await File.ReadAllBytesAsync(Path.Combine(Pictures, "1.png"));
        await File.WriteAllBytesAsync(Path.Combine(Pictures, "1.png"), picture[..^200]);
        await RunRefused(arguments, "1.png");
        File.Delete(Path.Combine(Pictures, "1.png"));
        await RunRefused(arguments, "1.png", "image 11");
    }

    [Fact]
    public async Task Annotations_OfOtherCategories_AreRefused()
    {
        string model = await Export("retina10_asd");
        WritePictures("retina10_asd", n => $"{n}.png");
        await File.WriteAllTextAsync(FilePath("truth.json"), Annotations(firstCategory: 100));
        await RunRefused(
            ["evaluate", model, "--images", Pictures, "--annotations", FilePath("truth.json")], "1, 2, 3, 4, 5", "100");
    }

    private string Pictures => FilePath("pictures");

    private async Task<string> Export(string name, string? batch = null)
    {
        string path = FilePath($"{name}.onnx");
        string[] options = batch is null ? [] : ["--batch", batch];
        await RunSuccessfully(["export", ReferenceFiles.CheckpointPath(name), "--output", path, .. options]);
        return path;
    }

    private async Task<JsonNode> Evaluate(string model, params string[] options) =>
        JsonNode.Parse(await RunSuccessfully(["evaluate", model, "--images", Pictures, "--json", .. options]))!;

    private void WritePictures(string name, Func<int, string> fileName)
    {
        using SafetensorsFile expected = ReferenceFiles.Expected(name);
        int[] shape = [.. expected.Tensors["pixels"].Shape.Select(side => (int)side)];
        byte[][] pictures = [.. expected.ReadBytes("pixels").Chunk(shape[1] * shape[2] * 3)];
        for (int n = 0; n < pictures.Length; n++)
        {
            string path = Path.Combine(Pictures, fileName(n));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, PictureEncoder.EncodePng(new Picture(shape[2], shape[1], pictures[n])));
        }
    }

    /// <summary>The boxes that the reference detector finds, as if they were the truth.</summary>
    private static string Annotations(int firstCategory)
    {
        using SafetensorsFile expected = ReferenceFiles.Expected("retina10_asd");
        var annotations = new List<object>();
        for (int n = 0; n < 2; n++)
        {
            float[][] boxes = [.. expected.ReadSingles($"boxes.{n}").Chunk(4)];
            long[] labels = expected.ReadInt64s($"labels.{n}");
            for (int i = 0; i < labels.Length; i++)
            {
                float[] box = [boxes[i][0], boxes[i][1], boxes[i][2] - boxes[i][0], boxes[i][3] - boxes[i][1]];
                annotations.Add(new
                {
                    id = annotations.Count + 1,
                    image_id = 10 + n,
                    category_id = firstCategory + labels[i],
                    bbox = box,
                    area = box[2] * box[3],
                    iscrowd = 0,
                });
            }
        }

        return JsonSerializer.Serialize(new
        {
            images = Enumerable.Range(0, 2).Select(n => new { id = 10 + n, file_name = $"{n}.png", width = 256, height = 128 }),
            categories = Enumerable.Range(0, 5).Select(i => new { id = firstCategory + i, name = $"thing{i}" }),
            annotations,
        });
    }
}
