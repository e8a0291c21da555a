using Grpc.Core;
using Microsoft.Extensions.Options;
using SpikingDetector.Service.Grpc.Messages;
using SpikingDetector.Service.Health;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.OpenInference;

namespace SpikingDetector.Service.Grpc;

/// <summary>The Open Inference Protocol, version 2, over gRPC: the same as over REST.</summary>
internal sealed class OpenInferenceService(
    ModelCatalog catalog, Readiness readiness, InferenceRunner runner, IOptions<OpenInferenceOptions> options)
    : GRPCInferenceService.GRPCInferenceServiceBase
{
    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerLiveResponse { Live = true });

    public override Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerReadyResponse { Ready = readiness.NotReadyReason is null });

    public override Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context)
    {
        using ModelLease lease = Find(request.Name, request.Version);
        return Task.FromResult(new ModelReadyResponse { Ready = true });
    }

    public override Task<ServerMetadataResponse> ServerMetadata(ServerMetadataRequest request, ServerCallContext context)
    {
        var metadata = OpenInference.ServerMetadata.Current;
        var message = new ServerMetadataResponse { Name = metadata.Name, Version = metadata.Version };
        message.Extensions.AddRange(metadata.Extensions);
        return Task.FromResult(message);
    }

    public override Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context)
    {
        using ModelLease lease = Find(request.Name, request.Version);
        var metadata = OpenInference.ModelMetadata.Of(lease.Model, catalog);
        var message = new ModelMetadataResponse { Name = metadata.Name, Platform = metadata.Platform };
        message.Versions.AddRange(metadata.Versions);
        message.Inputs.AddRange(metadata.Inputs.Select(Write));
        message.Outputs.AddRange(metadata.Outputs.Select(Write));
        return Task.FromResult(message);
    }

    public override async Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context)
    {
        using ModelLease lease = Find(request.ModelName, request.ModelVersion);
        using InferenceRequest inference = InferenceMessages.Read(request, lease.Model, options.Value.MaxRows);
        return InferenceMessages.Write(await runner.RunAsync(lease.Model, inference, context.CancellationToken));
    }

    private ModelLease Find(string name, string version) => catalog.Find(name, version.Length > 0 ? version : null);

    private static ModelMetadataResponse.Types.TensorMetadata Write(TensorMetadata tensor)
    {
        var message = new ModelMetadataResponse.Types.TensorMetadata { Name = tensor.Name, Datatype = tensor.Datatype };
        message.Shape.AddRange(tensor.Shape);
        return message;
    }
}
