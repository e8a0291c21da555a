using Grpc.Net.Client;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using SpikingDetector.Export;
using SpikingDetector.Service.Grpc.Messages;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>A service with a port for gRPC, and clients of it; made once for a class of tests.</summary>
public sealed class GrpcFixture : IAsyncLifetime
{
    public const int MaxBodyBytes = 1_000_000;

    private readonly TemporaryFolder _models = new();

    public RunningService Service { get; private set; } = null!;

    internal GrpcChannel Channel { get; private set; } = null!;

    internal GRPCInferenceService.GRPCInferenceServiceClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        ReferenceModels.ExportTo(_models["things.onnx"], ReferenceModels.Detector);
        ReferenceModels.ExportTo(_models["kinds.onnx"], ReferenceModels.Classifier);
        ReferenceModels.ExportTo(_models["all.onnx"], ReferenceModels.Detector, new ExportOptions { Activity = true, RawHeads = true });
        EventModel.ExportTo(_models["events.onnx"], timeSteps: 3);
        Service = await RunningService.StartAsync(
            _models.Path,
            ("Grpc:Url", "http://127.0.0.1:0"),
            ("Images:MaxBodyBytes", $"{MaxBodyBytes}"),
            ("OpenInference:MaxRows", "4"),
            // Two rows of a request then share a run.
            ("Batching:MaxSize", "2"),
            ("Batching:MaxDelayMilliseconds", "20"));
        Channel = GrpcChannel.ForAddress(GrpcAddress(Service), new GrpcChannelOptions { MaxSendMessageSize = null });
        Client = new GRPCInferenceService.GRPCInferenceServiceClient(Channel);
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await Service.DisposeAsync();
        _models.Dispose();
    }

    /// <summary>Of the addresses that the server listens on the one that its HTTP client does not use.</summary>
    internal static Uri GrpcAddress(RunningService service) => service.Services.GetRequiredService<IServer>().Features
        .Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))
        .Single(address => address.Port != service.Client.BaseAddress!.Port);
}
