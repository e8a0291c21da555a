using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Images;
using SpikingDetector.Tests;

namespace SpikingDetector.Inference.Tests;

public sealed class DetectionTests(ReferenceSessions sessions) : IClassFixture<ReferenceSessions>
{
    private const float PixelTolerance = 0.01f;

    private static readonly Picture[] Pictures = ReferenceModels.Pictures(ReferenceModels.Detector);

    [Fact]
    public void Detect_ReferencePictures_FindsWhatTorchvisionFinds()
    {
        using SafetensorsFile expected = ReferenceFiles.Expected(ReferenceModels.Detector);
        using PictureBatch batch = sessions.Detector.CreateBatch(Pictures.Length);
        foreach (Picture picture in Pictures)
            batch.Add(picture);
        IReadOnlyList<IReadOnlyList<Detection>> found = sessions.Detector.Detect(batch);

        for (int i = 0; i < Pictures.Length; i++)
        {
            float[] boxes = expected.ReadSingles($"boxes.{i}");
            float[] scores = expected.ReadSingles($"scores.{i}");
            long[] labels = expected.ReadInt64s($"labels.{i}");
            int withArea = 0;
            for (int k = 0; k < scores.Length; k++)
            {
                var box = new Box(boxes[4 * k], boxes[4 * k + 1], boxes[4 * k + 2], boxes[4 * k + 3]);
                if (box.Area == 0)
                    continue;
                withArea++;
                Assert.Contains(found[i], detection =>
                    detection.CategoryIndex == labels[k]
                    && Math.Abs(detection.Score - scores[k]) < 1e-4
                    && Near(detection.Box, box));
            }

            Assert.Equal(withArea, found[i].Count);
        }
    }

    [Fact]
    public void Detect_PictureOfTwiceTheSize_GivesBoxesInItsOwnPixels()
    {
        var large = new Picture(512, 256);
        new Random(5).NextBytes(large.Pixels);
        (Picture input, _) = new Letterbox(128, 256, default).Apply(large);
        IReadOnlyList<Detection> inInput = sessions.Detector.Detect(input);
        IReadOnlyList<Detection> inPicture = sessions.Detector.Detect(large);

        Assert.NotEmpty(inPicture);
        Assert.Equal(inInput.Select(detection => detection.Score), inPicture.Select(detection => detection.Score));
        Assert.All(inInput.Zip(inPicture), pair => Assert.True(
            Near(new Box(2 * pair.First.Box.X1, 2 * pair.First.Box.Y1, 2 * pair.First.Box.X2, 2 * pair.First.Box.Y2), pair.Second.Box),
            $"{pair}"));
    }

    [Fact]
    public void Detect_PictureThatFillsHalfTheInput_FindsNothingOutsideIt()
    {
        // The upper half of a picture of the input's size: the network sees it above the fill colour.
        Picture whole = Pictures[0];
        var half = new Picture(whole.Width, whole.Height / 2, [.. whole.Pixels[..(whole.Pixels.Length / 2)]]);
        IReadOnlyList<Detection> found = sessions.Detector.Detect(half);

        Assert.NotEmpty(found);
        Assert.All(found, detection =>
        {
            Assert.InRange(detection.Box.Y1, 0, half.Height);
            Assert.InRange(detection.Box.Y2, detection.Box.Y1 + 1e-6f, half.Height);
            Assert.InRange(detection.Box.X2, detection.Box.X1 + 1e-6f, half.Width);
        });
    }

    [Fact]
    public void Detect_Letterboxed_IsTheSameAsTheFilledInput()
    {
        Picture whole = Pictures[0];
        var half = new Picture(whole.Width, whole.Height / 2, [.. whole.Pixels[..(whole.Pixels.Length / 2)]]);

        // The models' mean is 0.5, and round(127.5) is 128.
        byte[] input = whole.Pixels.ToArray();
        input.AsSpan(input.Length / 2).Fill(128);
        using PictureBatch batch = sessions.Detector.CreateBatch();
        batch.Add(input);
        var kept = sessions.Detector.Detect(batch)[0]
            .Select(detection => detection with { Box = detection.Box.Clip(half.Width, half.Height) })
            .Where(detection => detection.Box.Area > 0);

        Assert.Equal(kept, sessions.Detector.Detect(half));
    }

    [Fact]
    public void Detect_ScoreThreshold_KeepsThoseThatReachIt()
    {
        IReadOnlyList<Detection> all = sessions.Detector.Detect(Pictures[0]);
        float threshold = all[all.Count / 2].Score;
        IReadOnlyList<Detection> kept = sessions.Detector.Detect(Pictures[0], threshold);

        Assert.Equal(all.Where(detection => detection.Score >= threshold), kept);
        Assert.True(kept.Count < all.Count);
    }

    [Fact]
    public void Detect_MaxDetections_KeepsTheBest() =>
        Assert.Equal(
            sessions.Detector.Detect(Pictures[0]).Take(3),
            sessions.Detector.Detect(Pictures[0], maxDetections: 3));

    [Fact]
    public void Detect_ScoresDescend()
    {
        float[] scores = [.. sessions.Detector.Detect(Pictures[1]).Select(detection => detection.Score)];
        Assert.Equal(scores.OrderDescending(), scores);
    }

    [Fact]
    public void Detect_ByAClassifier_Throws() =>
        Assert.Throws<InvalidOperationException>(() => sessions.Classifier.Detect(Pictures[0]));

    [Fact]
    public async Task Detect_FromManyThreads_GivesTheSameAnswers()
    {
        IReadOnlyList<Detection>[] expected = [.. Pictures.Select(picture => sessions.Detector.Detect(picture))];
        await Parallel.ForAsync(0, 32, (i, stop) =>
        {
            Assert.Equal(expected[i % Pictures.Length], sessions.Detector.Detect(Pictures[i % Pictures.Length], cancellationToken: stop));
            return ValueTask.CompletedTask;
        });
    }

    private static bool Near(Box one, Box other) =>
        Math.Abs(one.X1 - other.X1) < PixelTolerance && Math.Abs(one.Y1 - other.Y1) < PixelTolerance
        && Math.Abs(one.X2 - other.X2) < PixelTolerance && Math.Abs(one.Y2 - other.Y2) < PixelTolerance;
}
