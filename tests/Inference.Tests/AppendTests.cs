using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Images;
using SpikingDetector.Tests;

namespace SpikingDetector.Inference.Tests;

/// <summary>Inputs that were prepared one by one and run together.</summary>
public sealed class AppendTests(ReferenceSessions sessions) : IClassFixture<ReferenceSessions>
{
    [Fact]
    public void Appended_AreReadInPixelsOfTheirOwnPictures()
    {
        Picture whole = ReferenceModels.Pictures(ReferenceModels.Detector)[0];
        var half = new Picture(whole.Width, whole.Height / 2, [.. whole.Pixels[..(whole.Pixels.Length / 2)]]);
        ModelSession session = sessions.Detector;
        using PictureBatch first = session.CreateBatch(), second = session.CreateBatch();
        first.Add(whole);
        second.Add(half);
        using InputBatch both = session.CreateInputBatch(2);
        both.Append(first);
        both.Append(second);
        using ModelOutputs outputs = session.Run(both, session.AnswerOutputs);

        AssertSame(session.Detect(whole), session.ReadDetections(outputs, 0, first, 0));
        AssertSame(session.Detect(half), session.ReadDetections(outputs, 1, second, 0));
        AssertSame(session.Detect(half), session.ReadDetections(outputs, 1, both, 1)); // The batch knows it, too.
        Assert.NotEqual(session.Detect(whole).Count, session.Detect(half).Count);
    }

    [Fact]
    public void Appended_Predictions_AreReadByRow()
    {
        Picture[] pictures = ReferenceModels.Pictures(ReferenceModels.Classifier);
        ModelSession session = sessions.Classifier;
        using InputBatch both = session.CreateInputBatch(2);
        foreach (Picture picture in pictures.Take(2))
        {
            using PictureBatch one = session.CreateBatch();
            one.Add(picture);
            both.Append(one);
        }

        using ModelOutputs outputs = session.Run(both, session.AnswerOutputs);
        Same.Predictions(session.Classify(pictures[1], 3), session.ReadPredictions(outputs, 1, 3));
    }

    [Fact]
    public void Append_BeyondTheCapacity_Throws()
    {
        using PictureBatch one = sessions.Classifier.CreateBatch();
        one.Add(ReferenceModels.Pictures(ReferenceModels.Classifier)[0]);
        using InputBatch full = sessions.Classifier.CreateInputBatch();
        full.Append(one);
        Assert.Throws<InvalidOperationException>(() => full.Append(one));
        using PictureBatch other = sessions.Detector.CreateBatch();
        Assert.Throws<ArgumentException>(() => other.Append(one)); // Of another size.
    }

    [Fact]
    public void WithoutKeptMemory_AnswersAreTheSame()
    {
        Picture picture = ReferenceModels.Pictures(ReferenceModels.Detector)[0];
        using ModelSession session = ModelSession.Open(sessions.Detector.Path, new ModelSessionOptions { KeepCpuMemory = false });
        Assert.Equal(sessions.Detector.Detect(picture), session.Detect(picture));
    }

    [Fact]
    public void Closed_SaysSo()
    {
        ModelSession session = ModelSession.Open(sessions.Detector.Path);
        using PictureBatch batch = session.CreateBatch();
        batch.Add(ReferenceModels.Pictures(ReferenceModels.Detector)[0]);
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Detect(batch));
    }

    private static void AssertSame(IReadOnlyList<Detection> expected, IReadOnlyList<Detection> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair =>
        {
            Assert.Equal(pair.First.Score, pair.Second.Score, 1e-4f);
            Assert.Equal(pair.First.Box.Y1, pair.Second.Box.Y1, 1e-2f);
            Assert.Equal(pair.First.Box.X2, pair.Second.Box.X2, 1e-2f);
        });
    }
}
