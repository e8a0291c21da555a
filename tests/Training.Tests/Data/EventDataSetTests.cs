using SpikingDetector.Core;
using SpikingDetector.Core.Data;
using SpikingDetector.Training.Data;

namespace SpikingDetector.Training.Tests.Data;

public sealed class EventDataSetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void Read_WholeDataSet_TrainsOnNineTenths()
    {
        DataSet data = DataSet.Read(TinyData.Events(_folder, recordings: 11), DataFolderKind.EventClasses);

        Assert.Equal(["darker", "lighter"], data.Labels);
        Assert.Equal(20, data.Training.Count);
        Assert.Equal(["darker_10.aedat", "lighter_10.aedat"], data.Validation.Select(sample => Path.GetFileName(sample.Source.Path)));
        Assert.Equal(["darker_10.aedat", "lighter_10.aedat"], Measured(_folder));
    }

    [Fact]
    public void Read_ClassOfTooFewRecordings_IsRefused_ButAllCanBeMeasured()
    {
        TinyData.Events(_folder, recordings: 9);

        string refusal = Refusal(_folder, DataFolderKind.EventClasses);

        Assert.Contains("no validation recordings", refusal, StringComparison.Ordinal);
        Assert.Contains("at least ten recordings of each class", refusal, StringComparison.Ordinal);
        Assert.Equal(18, Measured(_folder).Length);
    }

    [Fact]
    public void Read_DataOfAnotherNetwork_SaysWhatThisOneLearnsFrom()
    {
        string pictures = TinyData.Classes(Path.Combine(_folder, "pictures"));
        string events = TinyData.Events(Path.Combine(_folder, "events"), recordings: 1);

        Assert.Contains("classifier of events learns from class folders of AEDAT 2.0", Refusal(pictures, DataFolderKind.EventClasses), StringComparison.Ordinal);
        Assert.Contains("classifier of pictures learns from class folders of pictures", Refusal(events, DataFolderKind.Classes), StringComparison.Ordinal);
        Assert.Contains("detector learns from COCO annotations", Refusal(events, DataFolderKind.Coco), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Refusal(string folder, DataFolderKind kind) =>
        Assert.Throws<InvalidInputException>(() => DataSet.Read(folder, kind)).Message;

    private static string[] Measured(string folder) =>
        [.. DataSet.ReadToMeasure(folder, DataFolderKind.EventClasses).Validation.Select(sample => Path.GetFileName(sample.Source.Path))];
}
