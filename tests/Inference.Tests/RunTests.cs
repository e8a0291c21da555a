using SpikingDetector.Core;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Images;
using SpikingDetector.Export;
using SpikingDetector.Tests;

namespace SpikingDetector.Inference.Tests;

public sealed class RunTests(ReferenceSessions sessions) : IClassFixture<ReferenceSessions>
{
    [Fact]
    public void Run_GivesAllOutputsAsTheyAre()
    {
        using SafetensorsFile expected = ReferenceFiles.Expected(ReferenceModels.Classifier);
        byte[] pixels = expected.ReadBytes("pixels");
        using PictureBatch batch = sessions.Classifier.CreateBatch(2);
        foreach (byte[] input in pixels.Chunk(pixels.Length / 2))
            batch.Add(input);
        using ModelOutputs outputs = sessions.Classifier.Run(batch);

        Assert.Equal(["logits", "probabilities"], outputs.Names);
        Assert.Equal([2, 10], outputs.Shape("logits"));
        float[] logits = outputs.Floats("logits").ToArray();
        Assert.All(expected.ReadSingles("logits").Zip(logits), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.Throws<ArgumentException>(() => outputs.Shape("boxes"));
    }

    [Fact]
    public void Run_DetectorsLabels_AreInt64()
    {
        using PictureBatch batch = sessions.Detector.CreateBatch();
        batch.Add(ReferenceModels.Pictures(ReferenceModels.Detector)[0]);
        using ModelOutputs outputs = sessions.Detector.Run(batch, ["labels"]);

        Assert.Equal(["labels"], outputs.Names);
        Assert.Equal(100, outputs.Longs("labels").Length);
    }

    [Fact]
    public void Run_FilledAgain_SeesOnlyTheNewInputs()
    {
        Picture[] pictures = ReferenceModels.Pictures(ReferenceModels.Classifier);
        using PictureBatch batch = sessions.Classifier.CreateBatch(2);
        batch.Add(pictures[0]);
        batch.Add(pictures[0]);
        batch.Clear();
        batch.Add(pictures[1]);

        Assert.Equal([sessions.Classifier.Classify(pictures[1])], sessions.Classifier.Classify(batch));
    }

    [Fact]
    public void Run_EmptyBatch_Throws()
    {
        using PictureBatch batch = sessions.Classifier.CreateBatch();
        Assert.Throws<ArgumentException>(() => sessions.Classifier.Run(batch));
    }

    [Fact]
    public void Add_BeyondCapacityOrOfAnotherLength_Throws()
    {
        using PictureBatch batch = sessions.Classifier.CreateBatch();
        Assert.Throws<ArgumentException>(() => batch.Add(new byte[5]));
        batch.Add(new Picture(32, 32));
        Assert.Throws<InvalidOperationException>(() => batch.Add(new Picture(32, 32)));
    }

    [Fact]
    public void Run_CancelledOnTheWay_Stops()
    {
        // Long enough a run (over a second) that the token is cancelled while it is under way.
        using PictureBatch batch = sessions.Detector.CreateBatch(256);
        for (int i = 0; i < batch.Capacity; i++)
            batch.Add(new Picture(256, 128));
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        Assert.Throws<OperationCanceledException>(() => sessions.Detector.Run(batch, null, cancellation.Token));
    }

    [Fact]
    public void FixedBatch_TakesFewerPicturesAndRefusesMore()
    {
        using var folder = new TemporaryFolder();
        ReferenceModels.ExportTo(folder["two.onnx"], ReferenceModels.Classifier, new ExportOptions { Batch = 2 });
        using ModelSession session = ModelSession.Open(folder["two.onnx"]);
        Picture picture = ReferenceModels.Pictures(ReferenceModels.Classifier)[1];

        Assert.Equal(2, session.FixedBatch);
        Assert.Null(sessions.Classifier.FixedBatch);
        Same.Predictions(sessions.Classifier.Classify(picture), session.Classify(picture));
        Assert.Contains("takes 2 pictures", Assert.Throws<InvalidInputException>(() => session.CreateBatch(3)).Message);
    }

    [Fact]
    public void Activity_IsNamedAndAnswered()
    {
        using var folder = new TemporaryFolder();
        ReferenceModels.ExportTo(folder["active.onnx"], ReferenceModels.Classifier, new ExportOptions { Activity = true });
        using ModelSession session = ModelSession.Open(folder["active.onnx"]);
        using PictureBatch batch = session.CreateBatch();
        batch.Add(new Picture(32, 32));
        using ModelOutputs outputs = session.Run(batch, ["firing_rates"]);

        Assert.Contains("layer1.0.sn2", session.Metadata.ActivityLayers);
        Assert.Equal([1, session.Metadata.ActivityLayers.Count], outputs.Shape("firing_rates"));
        Assert.Equal(["probabilities", "firing_rates", "input_rates"], session.ActivityOutputs);
        Assert.Empty(sessions.Classifier.Metadata.ActivityLayers);
        Assert.Equal(sessions.Classifier.AnswerOutputs, sessions.Classifier.ActivityOutputs);
        Assert.True(session.TellsActivity);
        Assert.False(sessions.Classifier.TellsActivity);
        Assert.Contains("--activity", Assert.Throws<InvalidOperationException>(() => sessions.Classifier.ReadActivity(outputs, 0)).Message, StringComparison.Ordinal);
    }
}
