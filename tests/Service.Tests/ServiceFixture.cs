using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>A service with the reference detector and the reference classifier; made once for a class of tests.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _models = new();

    public RunningService Service { get; private set; } = null!;

    public HttpClient Client => Service.Client;

    public async ValueTask InitializeAsync()
    {
        ReferenceModels.ExportTo(_models["things.onnx"], ReferenceModels.Detector);
        ReferenceModels.ExportTo(_models["kinds.onnx"], ReferenceModels.Classifier);
        Service = await RunningService.StartAsync(_models.Path, ("Images:MaxBodyBytes", "300000"));
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        _models.Dispose();
    }
}
