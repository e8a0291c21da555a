using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Images;
using SpikingDetector.Tests;

namespace SpikingDetector.Inference.Tests;

public sealed class ClassificationTests(ReferenceSessions sessions) : IClassFixture<ReferenceSessions>
{
    private static readonly Picture[] Pictures = ReferenceModels.Pictures(ReferenceModels.Classifier);

    [Fact]
    public void Classify_ReferencePictures_GivesTheSoftmaxOfTheExpectedLogits()
    {
        using SafetensorsFile expected = ReferenceFiles.Expected(ReferenceModels.Classifier);
        float[] logits = expected.ReadSingles("logits");
        int classes = sessions.Classifier.Spec.ClassCount;
        for (int i = 0; i < Pictures.Length; i++)
        {
            double[] powers = [.. logits.Skip(i * classes).Take(classes).Select(logit => Math.Exp(logit))];
            IReadOnlyList<Prediction> found = sessions.Classifier.Classify(Pictures[i]);

            Assert.Equal(classes, found.Count);
            Assert.All(found, prediction =>
            {
                Assert.Equal(powers[prediction.Index] / powers.Sum(), prediction.Probability, 1e-5);
                Assert.Equal(sessions.Classifier.Spec.Labels[prediction.Index], prediction.Label);
            });
            Assert.Equal(found.OrderByDescending(prediction => prediction.Probability).ThenBy(prediction => prediction.Index), found);
        }
    }

    [Fact]
    public void Classify_TopK_GivesTheBest() =>
        Assert.Equal(sessions.Classifier.Classify(Pictures[0]).Take(3), sessions.Classifier.Classify(Pictures[0], topK: 3));

    [Fact]
    public void Classify_Batch_IsTheSameAsOneByOne()
    {
        using PictureBatch batch = sessions.Classifier.CreateBatch(Pictures.Length);
        foreach (Picture picture in Pictures)
            batch.Add(picture);

        IReadOnlyList<IReadOnlyList<Prediction>> found = sessions.Classifier.Classify(batch);
        Assert.Equal(Pictures.Length, found.Count);
        Assert.All(Pictures.Zip(found), pair => Same.Predictions(sessions.Classifier.Classify(pair.First), pair.Second));
    }

    [Fact]
    public void Classify_WidePicture_SeesItsCentre()
    {
        Picture centre = Pictures[0];
        var wide = new Picture(3 * centre.Width, centre.Height);
        for (int y = 0; y < centre.Height; y++)
        {
            int row = centre.Width * Picture.Channels;
            centre.Pixels.Slice(y * row, row).CopyTo(wide.Pixels.Slice((3 * y + 1) * row));
        }

        Assert.Equal(sessions.Classifier.Classify(centre), sessions.Classifier.Classify(wide));
    }

    [Fact]
    public void Classify_ByADetector_Throws() =>
        Assert.Throws<InvalidOperationException>(() => sessions.Detector.Classify(Pictures[0]));
}
