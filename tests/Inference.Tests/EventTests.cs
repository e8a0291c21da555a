using Google.Protobuf;
using SpikingDetector.Core;
using SpikingDetector.Core.Images;
using SpikingDetector.Proto;
using SpikingDetector.Tests;

namespace SpikingDetector.Inference.Tests;

/// <summary>A model that takes event counts, whose answer follows from which polarity the events have.</summary>
public sealed class EventTests : IDisposable
{
    private const int TimeSteps = 3;
    private const int CountsOfFrame = 2 * 128 * 128;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Classify_TellsEachRecordingsPolarity()
    {
        using ModelSession session = Open();
        using EventBatch batch = session.CreateEventBatch(2);
        batch.Add(Recording(polarity: 1));
        batch.Add(Recording(polarity: 0));

        IReadOnlyList<IReadOnlyList<Prediction>> answers = session.Classify(batch, topK: 1);

        Assert.Equal(["lighter", "darker"], answers.Select(answer => Assert.Single(answer).Label));
    }

    [Fact]
    public void Classify_FilledAgain_SeesOnlyTheNewRecordings()
    {
        using ModelSession session = Open();
        using EventBatch batch = session.CreateEventBatch();
        batch.Add(Recording(polarity: 1));
        Assert.Throws<InvalidOperationException>(() => batch.Add(Recording(polarity: 1)));
        batch.Clear();
        batch.Add(Recording(polarity: 0));

        Assert.Equal("darker", Assert.Single(session.Classify(batch, topK: 1)).Single().Label);
    }

    [Fact]
    public void Classify_AFixedBatch_TakesFewerRecordingsAndRefusesMore()
    {
        using ModelSession session = Open(model => model.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue = 3);
        Assert.Equal(3, session.FixedBatch);
        using EventBatch batch = session.CreateEventBatch(2);
        batch.Add(Recording(polarity: 0));
        batch.Add(Recording(polarity: 1));

        Assert.Equal(["darker", "lighter"], session.Classify(batch, topK: 1).Select(answer => answer[0].Label));
        Assert.Contains(
            "takes 3 recordings a run, not 4", Assert.Throws<InvalidInputException>(() => session.CreateEventBatch(4)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_GivesAllOutputsAsTheyAre()
    {
        using ModelSession session = Open();
        using EventBatch batch = session.CreateEventBatch();
        batch.Add(Recording(polarity: 1));
        using ModelOutputs outputs = session.Run(batch);

        // A spike at each step, times 2 in the classifier.
        Assert.Equal([0f, 2, 0, 0, 0, 0, 0], outputs.Floats("logits").ToArray());
        Assert.Equal([1, EventModel.Labels.Count], outputs.Shape("probabilities"));
    }

    [Fact]
    public void Add_AnotherNumberOfCounts_Throws()
    {
        using ModelSession session = Open();
        using EventBatch batch = session.CreateEventBatch();
        Assert.Contains(
            $"Expected {TimeSteps * CountsOfFrame} counts, not 5.",
            Assert.Throws<ArgumentException>(() => batch.Add(new float[5])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_AreRefusedByAModelOfEventsAndTheReverse()
    {
        using ModelSession session = Open();
        Assert.Contains(
            "takes event counts", Assert.Throws<InvalidInputException>(() => session.CreateBatch()).Message, StringComparison.Ordinal);
        Assert.Contains(
            "takes event counts",
            Assert.Throws<InvalidInputException>(() => session.Classify(new Picture(128, 128))).Message,
            StringComparison.Ordinal);

        ReferenceModels.ExportTo(_folder["pictures.onnx"], ReferenceModels.Classifier);
        using ModelSession pictures = ModelSession.Open(_folder["pictures.onnx"]);
        Assert.Contains(
            "takes pictures", Assert.Throws<InvalidInputException>(() => pictures.CreateEventBatch()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"time_steps\":3", "\"time_steps\":4", "input 'events' must be float [N, 4, 2, 128, 128]")]
    [InlineData("\"width\":128", "\"width\":256", "input 'events' must be float [N, 3, 2, 128, 256]")]
    public void Open_ASpecOfAnotherInput_IsRefused(string field, string other, string says)
    {
        string message = Assert.Throws<InvalidInputException>(() => Open(model =>
        {
            StringStringEntryProto spec = model.MetadataProps.Single(entry => entry.Key == ModelMetadata.SpecKey);
            Assert.Contains(field, spec.Value, StringComparison.Ordinal);
            spec.Value = spec.Value.Replace(field, other, StringComparison.Ordinal);
        })).Message;

        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    private static float[] Recording(int polarity)
    {
        var counts = new float[TimeSteps * CountsOfFrame];
        for (int t = 0; t < TimeSteps; t++)
            counts[t * CountsOfFrame + polarity * CountsOfFrame / 2 + 77] = 5;
        return counts;
    }

    private ModelSession Open(Action<ModelProto>? change = null)
    {
        string path = _folder["events.onnx"];
        EventModel.ExportTo(path, TimeSteps);
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        change?.Invoke(model);
        File.WriteAllBytes(path, model.ToByteArray());
        return ModelSession.Open(path, new ModelSessionOptions { Device = ExecutionDevice.Cpu });
    }
}
