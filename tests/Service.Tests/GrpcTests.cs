using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using SpikingDetector.Core.Images;
using SpikingDetector.Service.Grpc.Messages;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>The Open Inference Protocol over gRPC, without TLS on a port of its own.</summary>
public sealed class GrpcTests(GrpcFixture fixture) : IClassFixture<GrpcFixture>
{
    private static readonly Picture[] Large = ReferenceModels.Pictures(ReferenceModels.Detector);
    private static readonly Picture[] Small = ReferenceModels.Pictures(ReferenceModels.Classifier);

    [Fact]
    public async Task Metadata_IsTheSameAsOverRest()
    {
        Assert.True((await fixture.Client.ServerLiveAsync(new ServerLiveRequest())).Live);
        Assert.True((await fixture.Client.ServerReadyAsync(new ServerReadyRequest())).Ready);
        Assert.True((await fixture.Client.ModelReadyAsync(new ModelReadyRequest { Name = "things", Version = "1" })).Ready);
        await AssertSameAsync("/v2", await fixture.Client.ServerMetadataAsync(new ServerMetadataRequest()));
        foreach (string model in new[] { "things", "kinds", "events", "all" })
            await AssertSameAsync($"/v2/models/{model}", await fixture.Client.ModelMetadataAsync(new ModelMetadataRequest { Name = model }));
    }

    [Fact]
    public async Task Infer_Raw_AnswersTheNetworksOutputsBitForBit()
    {
        Dictionary<string, byte[]> expected = TensorRequests.Alone(ReferenceModels.Detector, Large[0]);
        ModelInferRequest request = Image("things", [Large[0]]);
        request.Id = "42";
        request.RawInputContents.Add(ByteString.CopyFrom(Large[0].Pixels));
        ModelInferResponse answer = await fixture.Client.ModelInferAsync(request);

        Assert.Equal(("things", "1", "42"), (answer.ModelName, answer.ModelVersion, answer.Id));
        Assert.Equal(["boxes", "scores", "labels"], answer.Outputs.Select(output => output.Name));
        Assert.Equal(["FP32", "FP32", "INT64"], answer.Outputs.Select(output => output.Datatype));
        Assert.Equal([1, 100, 4], answer.Outputs[0].Shape);
        Assert.All(answer.Outputs, output => Assert.Null(output.Contents));
        Assert.Equal([expected["boxes"], expected["scores"], expected["labels"]], answer.RawOutputContents.Select(bytes => bytes.ToByteArray()));
    }

    [Fact]
    public async Task Infer_ModelWithOptionalOutputs_AnswersThem()
    {
        ModelInferRequest request = Image("all", [Large[0]]);
        request.RawInputContents.Add(ByteString.CopyFrom(Large[0].Pixels));
        ModelInferResponse answer = await fixture.Client.ModelInferAsync(request);

        Assert.Equal(
            ["boxes", "scores", "labels", "cls_logits", "bbox_regression", "firing_rates", "input_rates"],
            answer.Outputs.Select(output => output.Name));
        Assert.All(answer.Outputs.Zip(answer.RawOutputContents), pair => Assert.Equal(
            pair.First.Shape.Aggregate(1L, (product, side) => product * side) * (pair.First.Datatype == "INT64" ? 8 : 4), pair.Second.Length));
        float[] rates = MemoryMarshal.Cast<byte, float>(answer.RawOutputContents[5].Span).ToArray();
        Assert.All(rates, rate => Assert.InRange(rate, 0, 1));
        Assert.Contains(rates, rate => rate > 0);
        Assert.Equal(TensorRequests.Alone(ReferenceModels.Detector, Large[0])["scores"], answer.RawOutputContents[1].ToByteArray());
    }

    [Fact]
    public async Task Infer_Contents_AnswersContentsThatAreTheSameAsOverRest()
    {
        Picture[] pictures = Small[..2];
        ModelInferRequest request = Image("kinds", pictures);
        request.Inputs[0].Contents = new InferTensorContents { UintContents = { TensorRequests.Bytes(pictures).Select(value => (uint)value) } };
        request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "probabilities" });
        ModelInferResponse answer = await fixture.Client.ModelInferAsync(request);
        JsonNode rest = await (await fixture.Service.Client.PostAsync(
            "/v2/models/kinds/infer", TensorRequests.Json(TensorRequests.ImageJson(pictures)))).JsonAsync();

        Assert.Equal("probabilities", Assert.Single(answer.Outputs).Name);
        Assert.Empty(answer.RawOutputContents);
        Assert.Equal([2, 10], answer.Outputs[0].Shape);
        Assert.Equal(
            TensorRequests.Elements(rest["outputs"]![1]!),
            MemoryMarshal.AsBytes(answer.Outputs[0].Contents.Fp32Contents.ToArray().AsSpan()).ToArray());
        float[] alone = [.. pictures.SelectMany(picture =>
            MemoryMarshal.Cast<byte, float>(TensorRequests.Alone(ReferenceModels.Classifier, picture)["probabilities"]).ToArray())];
        Assert.All(alone.Zip(answer.Outputs[0].Contents.Fp32Contents), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        Assert.Contains(Enumerable.Range(0, 10), i => Math.Abs(alone[i] - alone[10 + i]) > 0.01);
    }

    [Fact]
    public async Task Infer_EventCounts_CountsTheStepsOfEachPolarity()
    {
        // An event of polarity 1 in every step, and none of polarity 0.
        var counts = new float[3 * 2 * 128 * 128];
        for (int step = 0; step < 3; step++)
            counts.AsSpan((2 * step + 1) * 128 * 128, 128 * 128).Fill(1);
        ModelInferRequest request = Events(counts);
        JsonNode rest = await (await fixture.Service.Client.PostAsync("/v2/models/events/infer", TensorRequests.Json(
            $$"""{"inputs": [{"name": "events", "shape": [1, 3, 2, 128, 128], "datatype": "FP32", "data": [{{string.Join(',', counts)}}]}]}"""))).JsonAsync();
        ModelInferResponse answer = await fixture.Client.ModelInferAsync(request);

        float[] logits = MemoryMarshal.Cast<byte, float>(answer.RawOutputContents[0].Span).ToArray();
        Assert.Equal(EventModel.Labels.ToList().IndexOf("lighter"), Array.IndexOf(logits, logits.Max()));
        Assert.Equal(answer.RawOutputContents[0].ToByteArray(), TensorRequests.Elements(rest["outputs"]![0]!));
    }

    /// <summary>Written by the specification's numbers alone, so that a wrong number in our file would show.</summary>
    [Fact]
    public async Task Messages_HaveTheNumbersOfTheSpecification()
    {
        using var stream = new MemoryStream();
        using (var message = new CodedOutputStream(stream, leaveOpen: true))
        {
            WriteBytes(message, 1, "kinds"u8); // model_name
            WriteBytes(message, 3, "7"u8); // id
            WriteBytes(message, 5, [10, 5, .. "image"u8, 18, 5, .. "UINT8"u8, 26, 4, 1, 32, 32, 3]); // inputs: name, datatype, packed shape
            WriteBytes(message, 6, [10, 6, .. "logits"u8]); // outputs: name
            WriteBytes(message, 7, Small[0].Pixels); // raw_input_contents
        }

        Marshaller<byte[]> bytes = Marshallers.Create(value => value, value => value);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "inference.GRPCInferenceService", "ModelInfer", bytes, bytes);
        byte[] answer = await fixture.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, stream.ToArray());

        using var expected = new MemoryStream();
        using (var message = new CodedOutputStream(expected, leaveOpen: true))
        {
            WriteBytes(message, 1, "kinds"u8);
            WriteBytes(message, 2, "1"u8);
            WriteBytes(message, 3, "7"u8);
            WriteBytes(message, 5, [10, 6, .. "logits"u8, 18, 4, .. "FP32"u8, 26, 2, 1, 10]);
            WriteBytes(message, 6, TensorRequests.Alone(ReferenceModels.Classifier, Small[0])["logits"]);
        }

        Assert.Equal(expected.ToArray(), answer);
    }

    [Fact]
    public async Task Health_AnswersAsGrpcHasIt()
    {
        var health = new global::Grpc.Health.V1.Health.HealthClient(fixture.Channel);
        HealthCheckResponse answer = await health.CheckAsync(new HealthCheckRequest());
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, answer.Status);
    }

    [Fact]
    public async Task UnknownModel_IsNotFound()
    {
        await AssertStatusAsync(StatusCode.NotFound, new ModelInferRequest { ModelName = "nothing" });
        await AssertStatusAsync(StatusCode.NotFound, new ModelInferRequest { ModelName = "things", ModelVersion = "2" });
        RpcException missing = await Assert.ThrowsAsync<RpcException>(
            async () => await fixture.Client.ModelMetadataAsync(new ModelMetadataRequest { Name = "nothing" }));
        Assert.Equal(StatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Malformed_IsInvalidArgumentWithASentence()
    {
        ByteString pixels = ByteString.CopyFrom(Small[0].Pixels);
        (Action<ModelInferRequest> Change, string Says)[] faults =
        [
            (request => request.Inputs.Clear(), "0 inputs"),
            (request => request.Inputs.Add(request.Inputs[0]), "2 inputs"),
            (request => request.Inputs[0].Name = "pixels", "'pixels'; the model has only the input 'image'"),
            (request => request.Inputs[0].Datatype = "", "datatype of the input 'image' is left out"),
            (request => request.Inputs[0].Shape[1] = 31, "expected [N, 32, 32, 3]"),
            (request => request.Inputs[0].Shape[0] = long.MaxValue, "more rows than the 4"),
            (request => request.RawInputContents.Add(pixels), "2 raw_input_contents"),
            (request => request.RawInputContents[0] = ByteString.CopyFrom(Small[0].Pixels[1..]), "has 3071 bytes; expected 3072"),
            (request => request.RawInputContents.Clear(), "no elements"),
            (request => request.Inputs[0].Contents = new InferTensorContents(), "as well as raw_input_contents"),
            (request => UseContents(request, new InferTensorContents { IntContents = { 1, 2 } }), "not in uint_contents"),
            (request => UseContents(request, new InferTensorContents { UintContents = { 1, 2 } }), "has 2 elements; expected 3072"),
            (request => UseContents(request, new InferTensorContents { UintContents = { Enumerable.Repeat(256u, 3072) } }), "from 0 to 255"),
            (request => request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "boxes" }), "logits, probabilities"),
            (request => request.Inputs[0].Parameters.Add("shared_memory_region", new InferParameter { StringParam = "x" }), "shared_memory_region"),
        ];
        foreach ((Action<ModelInferRequest> change, string says) in faults)
        {
            ModelInferRequest request = Image("kinds", [Small[0]]);
            request.RawInputContents.Add(pixels);
            change(request);
            Assert.Contains(says, await AssertStatusAsync(StatusCode.InvalidArgument, request), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task EventCountsThatAreNone_AreInvalidArgument(float value)
    {
        var counts = new float[3 * 2 * 128 * 128];
        counts[^1] = value;
        Assert.Contains("no count of events", await AssertStatusAsync(StatusCode.InvalidArgument, Events(counts)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooLargeMessage_IsResourceExhausted()
    {
        ModelInferRequest request = Image("kinds", [Small[0]]);
        request.RawInputContents.Add(ByteString.CopyFrom(new byte[40 << 20]));
        await AssertStatusAsync(StatusCode.ResourceExhausted, request);
    }

    private static void UseContents(ModelInferRequest request, InferTensorContents contents)
    {
        request.RawInputContents.Clear();
        request.Inputs[0].Contents = contents;
    }

    private static ModelInferRequest Image(string model, Picture[] pictures) => new()
    {
        ModelName = model,
        Inputs =
        {
            new ModelInferRequest.Types.InferInputTensor
            {
                Name = "image",
                Datatype = "UINT8",
                Shape = { pictures.Length, pictures[0].Height, pictures[0].Width, 3 },
            },
        },
    };

    private static ModelInferRequest Events(float[] counts) => new()
    {
        ModelName = "events",
        Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "events", Datatype = "FP32", Shape = { 1, 3, 2, 128, 128 } } },
        RawInputContents = { ByteString.CopyFrom(MemoryMarshal.AsBytes(counts.AsSpan())) },
    };

    private static void WriteBytes(CodedOutputStream message, int field, ReadOnlySpan<byte> bytes)
    {
        message.WriteTag(field, WireFormat.WireType.LengthDelimited);
        message.WriteBytes(ByteString.CopyFrom(bytes));
    }

    private async Task<string> AssertStatusAsync(StatusCode status, ModelInferRequest request)
    {
        RpcException exception = await Assert.ThrowsAsync<RpcException>(async () => await fixture.Client.ModelInferAsync(request));
        Assert.True(status == exception.StatusCode, exception.ToString());
        return exception.Status.Detail;
    }

    /// <summary>The protocol's JSON is that of its messages.</summary>
    private async Task AssertSameAsync(string address, IMessage message)
    {
        JsonNode rest = await (await fixture.Service.Client.GetAsync(address)).JsonAsync();
        JsonNode rpc = JsonNode.Parse(new JsonFormatter(JsonFormatter.Settings.Default.WithFormatDefaultValues(true)).Format(message))!;
        foreach (JsonNode? shape in rpc.AsObject().Where(field => field.Key is "inputs" or "outputs").SelectMany(field => field.Value!.AsArray()))
            shape!["shape"] = new JsonArray([.. shape["shape"]!.AsArray().Select(side => JsonValue.Create(long.Parse((string)side!)))]);
        Assert.True(JsonNode.DeepEquals(rest, rpc), $"{rest.ToJsonString()}\n{rpc.ToJsonString()}");
    }
}
