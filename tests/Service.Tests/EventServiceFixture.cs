using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>A service with a small event network beside the reference detector and classifier.</summary>
public sealed class EventServiceFixture : IAsyncLifetime
{
    public const string Model = "moves";
    public const int TimeSteps = 4;

    private readonly TemporaryFolder _models = new();

    public RunningService Service { get; private set; } = null!;

    public HttpClient Client => Service.Client;

    /// <summary>The event network's file.</summary>
    public string ModelPath => _models[$"{Model}.onnx"];

    public async ValueTask InitializeAsync()
    {
        EventModel.ExportTo(ModelPath, TimeSteps);
        ReferenceModels.ExportTo(_models["things.onnx"], ReferenceModels.Detector);
        ReferenceModels.ExportTo(_models["kinds.onnx"], ReferenceModels.Classifier);
        Service = await RunningService.StartAsync(_models.Path, ("Events:MaxEvents", "20000"), ("Images:MaxBodyBytes", "3000000"));
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        _models.Dispose();
    }
}
