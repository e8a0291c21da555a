using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using SpikingDetector.Core.Images;
using SpikingDetector.Service.Grpc.Messages;
using SpikingDetector.Service.Work;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>Tensors of a service that is full or slow: one whose batches wait for more pictures than can come.</summary>
public sealed class TensorLimitTests : IAsyncLifetime
{
    private const int MaxInFlight = 3;
    private const string Address = "/v2/models/kinds/infer";
    private const string Pushback = "grpc-retry-pushback-ms";

    private static readonly Picture[] Pictures = ReferenceModels.Pictures(ReferenceModels.Classifier);

    private readonly TemporaryFolder _models = new();
    private RunningService _service = null!;
    private GrpcChannel _channel = null!;
    private GRPCInferenceService.GRPCInferenceServiceClient _client = null!;

    public ValueTask InitializeAsync()
    {
        ReferenceModels.ExportTo(_models["kinds.onnx"], ReferenceModels.Classifier);
        return ValueTask.CompletedTask;
    }

    /// <summary>Of each test its own: what has been given up may start a batch later on.</summary>
    private async Task StartAsync(string deadlineSeconds = "0.5")
    {
        _service = await RunningService.StartAsync(
            _models.Path,
            ("Grpc:Url", "http://127.0.0.1:0"),
            ("Batching:MaxSize", "16"),
            ("Batching:MaxDelayMilliseconds", "10000"),
            ("Batching:QueueCapacity", "1"),
            ("Work:MaxInFlight", $"{MaxInFlight}"),
            ("Work:DeadlineSeconds", deadlineSeconds));
        _channel = GrpcChannel.ForAddress(GrpcFixture.GrpcAddress(_service));
        _client = new GRPCInferenceService.GRPCInferenceServiceClient(_channel);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _service.DisposeAsync();
        _models.Dispose();
    }

    [Fact]
    public async Task ServicesDeadline_IsDeadlineExceeded_And504()
    {
        await StartAsync();
        RpcException exception = await Assert.ThrowsAsync<RpcException>(async () => await _client.ModelInferAsync(Request(1)));
        Assert.Equal((StatusCode.DeadlineExceeded, "There was no answer within 0.5 s"), (exception.StatusCode, exception.Status.Detail[..32]));
        await Problem.AssertAsync(await PostAsync(), 504, "deadline-passed");
    }

    [Fact]
    public async Task ClientsDeadlineAndLeaving_EndTheWork_AndGiveItsPlaceBack()
    {
        await StartAsync();
        RpcException late = await Assert.ThrowsAsync<RpcException>(
            async () => await _client.ModelInferAsync(Request(1), deadline: DateTime.UtcNow.AddMilliseconds(100)));
        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);

        using var left = new CancellationTokenSource(100);
        RpcException gone = await Assert.ThrowsAsync<RpcException>(
            async () => await _client.ModelInferAsync(Request(1), cancellationToken: left.Token));
        Assert.Equal(StatusCode.Cancelled, gone.StatusCode);
        await AssertRoomAsync();
    }

    [Fact]
    public async Task FullQueue_IsResourceExhausted_And503_WithATimeToWait()
    {
        await StartAsync(deadlineSeconds: "2");
        await AssertRoomAsync();
        RpcException? full = null;
        HttpResponseMessage? response = null;
        for (int i = 0; i < 5 && full?.StatusCode != StatusCode.ResourceExhausted; i++)
        {
            // The second comes when the first is in the queue, or else they try again.
            AsyncUnaryCall<ModelInferResponse> first = _client.ModelInferAsync(Request(1));
            await Task.Delay(100);
            full = await Assert.ThrowsAsync<RpcException>(async () => await _client.ModelInferAsync(Request(1)));
            response = await PostAsync();
            await Assert.ThrowsAsync<RpcException>(async () => await first);
        }

        Assert.Equal(StatusCode.ResourceExhausted, full!.StatusCode);
        Assert.Equal("1000", full.Trailers.GetValue(Pushback));
        Assert.Contains("already has 1 pictures", full.Status.Detail, StringComparison.Ordinal);
        await Problem.AssertAsync(response!, 503, "full");
        Assert.Equal(TimeSpan.FromSeconds(1), response!.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task MoreRowsThanTheQueueHasRoomFor_AreRefusedForGood()
    {
        await StartAsync();
        RpcException exception = await Assert.ThrowsAsync<RpcException>(async () => await _client.ModelInferAsync(Request(2)));
        Assert.Equal(StatusCode.InvalidArgument, exception.StatusCode);
        Assert.Contains("more rows than the 1", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FullService_RefusesACallBeforeItsMessageIsRead()
    {
        await StartAsync();
        PlacesInFlight places = _service.Services.GetRequiredService<PlacesInFlight>();
        Places.Place[] uploads = [.. Enumerable.Range(0, MaxInFlight).Select(_ => places.Take())];

        // With a place it would be read and found to have too many rows.
        RpcException full = await Assert.ThrowsAsync<RpcException>(async () => await _client.ModelInferAsync(Request(2)));
        Assert.Equal((StatusCode.ResourceExhausted, "1000"), (full.StatusCode, full.Trailers.GetValue(Pushback)));
        Assert.StartsWith("The service already has 3 pictures", full.Status.Detail, StringComparison.Ordinal);
        Assert.All(uploads, upload => upload.Dispose());
    }

    /// <summary>Until those before have given their places back.</summary>
    private async Task AssertRoomAsync()
    {
        for (int i = 0; i < 100; i++)
        {
            RpcException exception = await Assert.ThrowsAsync<RpcException>(
                async () => await _client.ModelInferAsync(Request(1), deadline: DateTime.UtcNow.AddMilliseconds(50)));
            if (exception.StatusCode == StatusCode.DeadlineExceeded)
                return;
        }

        Assert.Fail("A place was not given back.");
    }

    private Task<HttpResponseMessage> PostAsync() =>
        _service.Client.PostAsync(Address, TensorRequests.Json(TensorRequests.ImageJson(Pictures[..1])));

    private static ModelInferRequest Request(int rows) => new()
    {
        ModelName = "kinds",
        Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "image", Datatype = "UINT8", Shape = { rows, 32, 32, 3 } } },
        RawInputContents = { ByteString.CopyFrom(TensorRequests.Bytes(Pictures[..rows])) },
    };
}
