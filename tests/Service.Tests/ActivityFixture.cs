using Google.Protobuf;
using SpikingDetector.Export;
using SpikingDetector.Proto;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>A service with models that tell their spike activity, and others that do not.</summary>
public sealed class ActivityFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _models = new();

    public RunningService Service { get; private set; } = null!;

    public HttpClient Client => Service.Client;

    public async ValueTask InitializeAsync()
    {
        var active = new ExportOptions { Activity = true };
        ReferenceModels.ExportTo(PathOf("things"), ReferenceModels.Detector, active);
        ReferenceModels.ExportTo(PathOf("kinds"), ReferenceModels.Classifier, active);
        ReferenceModels.ExportTo(PathOf("mute-things"), ReferenceModels.Detector);
        ReferenceModels.ExportTo(PathOf("mute-kinds"), ReferenceModels.Classifier);
        ReferenceModels.ExportTo(PathOf("ordinary"), "ann10", active);
        await File.WriteAllBytesAsync(PathOf("early"), WithoutInputRates(ReferenceModels.Export(ReferenceModels.Classifier, active)).ToByteArray());
        EventModel.ExportTo(PathOf("moves"), EventServiceFixture.TimeSteps, active);
        Service = await RunningService.StartAsync(
            _models.Path, ("Models:DefaultDetector", "things"), ("Models:DefaultClassifier", "kinds"));
    }

    /// <summary>A model's file.</summary>
    public string PathOf(string model) => _models[$"{model}.onnx"];

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        _models.Dispose();
    }

    /// <summary>As files were before <c>--activity</c> put that output out, too.</summary>
    private static ModelProto WithoutInputRates(ModelProto model)
    {
        model.Graph.Output.Remove(model.Graph.Output.Single(output => output.Name == "input_rates"));
        model.MetadataProps.Remove(model.MetadataProps.Single(entry => entry.Key == "spiking_detector.input_rates"));
        return model;
    }
}
