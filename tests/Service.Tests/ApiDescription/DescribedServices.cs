using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SpikingDetector.Export;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests.ApiDescription;

/// <summary>Services that show every status, their documents, and their answers to <see cref="DescribedCalls"/>.</summary>
public sealed class DescribedServices : IAsyncLifetime
{
    private readonly TemporaryFolder _models = new();
    private readonly Dictionary<ServiceKind, RunningService> _services = [];
    private readonly Dictionary<ServiceKind, DocumentSchemas> _documents = [];

    internal IReadOnlyList<DescribedAnswer> Answers { get; private set; } = [];

    internal RecordingService Open => (RecordingService)_services[ServiceKind.Open];

    public async ValueTask InitializeAsync()
    {
        ReferenceModels.ExportTo(_models["things.onnx"], ReferenceModels.Detector);
        ReferenceModels.ExportTo(_models["kinds.onnx"], ReferenceModels.Classifier);
        ReferenceModels.ExportTo(_models["lively-things.onnx"], ReferenceModels.Detector, new ExportOptions { Activity = true });
        ReferenceModels.ExportTo(_models["lively-kinds.onnx"], ReferenceModels.Classifier, new ExportOptions { Activity = true });
        EventModel.ExportTo(_models["moves.onnx"], EventServiceFixture.TimeSteps);
        await File.WriteAllTextAsync(_models["broken.onnx"], "no model");

        (string, string)[] models = [("Models:Folder", _models.Path), ("Models:DefaultDetector", "things")];
        _services[ServiceKind.Open] = new RecordingService(
        [
            .. models,
            ("Images:MaxBodyBytes", "300000"),
            ("Images:MaxPixels", "800000"),
            ("Events:MaxEvents", "20000"),
            ("Server:BodyTimeoutSeconds", "1"),
            ("Server:MinBodyBytesPerSecond", "0"),
        ]);
        (string, string)[] keys =
        [
            ("Security:ApiKeys:0:Name", "user"),
            ("Security:ApiKeys:0:Sha256", HashOf(DescribedCalls.UserKey)),
            ("Security:ApiKeys:1:Name", "operator"),
            ("Security:ApiKeys:1:Sha256", HashOf(DescribedCalls.OperatorKey)),
            ("Security:ApiKeys:1:MayReload", "true"),
        ];
        _services[ServiceKind.Guarded] = new RunningService([.. models, .. keys]);
        _services[ServiceKind.Homeless] = new RunningService([("Models:Folder", "no-models"), .. keys]);
        _services[ServiceKind.Limited] = new RunningService(
            ("Models:Folder", "no-models"), ("RateLimit:RequestsPerSecond", "0.001"), ("RateLimit:Burst", "1"));
        _services[ServiceKind.Hasty] = new RunningService(
            [.. models, ("Batching:MaxSize", "16"), ("Batching:MaxDelayMilliseconds", "10000"), ("Work:DeadlineSeconds", "0.5")]);
        foreach ((ServiceKind kind, RunningService service) in _services)
        {
            await service.WaitForModelsAsync();
            string document = await service.Client.GetStringAsync("/swagger/v1/swagger.json");
            _documents[kind] = new DocumentSchemas(JsonNode.Parse(document)!);
        }

        await _services[ServiceKind.Limited].Client.GetAsync("/models"); // The one request that it allows.
        DescribedAnswer[][] answers = await Task.WhenAll(DescribedCalls.All.GroupBy(call => call.Operation).Select(AnswersAsync));
        Answers = [.. answers.SelectMany(answer => answer)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RunningService service in _services.Values)
            await service.DisposeAsync();
        _models.Dispose();
    }

    internal DocumentSchemas DocumentOf(ServiceKind kind) => _documents[kind];

    private async Task<DescribedAnswer[]> AnswersAsync(IEnumerable<DescribedCall> calls)
    {
        var answers = new List<DescribedAnswer>();
        foreach (DescribedCall call in calls)
        {
            using HttpRequestMessage request = call.ToRequest();
            HttpResponseMessage response = await _services[call.Service].Client.SendAsync(request);
            answers.Add(new DescribedAnswer(call, response, await response.Content.ReadAsByteArrayAsync()));
        }

        return [.. answers];
    }

    private static string HashOf(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
