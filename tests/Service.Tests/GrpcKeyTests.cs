using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using SpikingDetector.Service.Grpc.Messages;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>gRPC asks for the same keys as HTTP, in its metadata.</summary>
public sealed class GrpcKeyTests : IDisposable
{
    private const string Key = "a key of a test";

    private readonly TemporaryFolder _models = new();

    public GrpcKeyTests() => ReferenceModels.ExportTo(_models["things.onnx"], ReferenceModels.Detector);

    public void Dispose() => _models.Dispose();

    [Theory]
    [InlineData("x-api-key", Key, true)]
    [InlineData("authorization", "Bearer " + Key, true)]
    [InlineData("x-api-key", "another", false)]
    [InlineData("x-other", Key, false)]
    public async Task Metadata_HoldsTheKey(string name, string value, bool isTaken)
    {
        await using RunningService service = await RunningService.StartAsync(
            _models.Path,
            ("Grpc:Url", "http://127.0.0.1:0"),
            ("Security:ApiKeys:0:Name", "camera"),
            ("Security:ApiKeys:0:Sha256", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Key)))));
        using var channel = GrpcChannel.ForAddress(GrpcFixture.GrpcAddress(service));
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        var request = new ModelMetadataRequest { Name = "things" };
        var metadata = new Metadata { { name, value } };
        if (isTaken)
        {
            Assert.Equal("things", (await client.ModelMetadataAsync(request, metadata)).Name);
            return;
        }

        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => client.ModelMetadataAsync(request, metadata).ResponseAsync);
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }
}
