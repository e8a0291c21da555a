using System.Text.Json.Nodes;
using SpikingDetector.Core.Images;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>The Open Inference Protocol over REST.</summary>
public sealed class OpenInferenceTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private const string Things = "/v2/models/things/infer";
    private const string Kinds = "/v2/models/kinds/infer";

    private static readonly Picture[] Large = ReferenceModels.Pictures(ReferenceModels.Detector);
    private static readonly Picture[] Small = ReferenceModels.Pictures(ReferenceModels.Classifier);

    [Theory]
    [InlineData("/v2", """{"name":"spiking-detector","version":"0.1.0","extensions":["binary_tensor_data"]}""")]
    [InlineData("/v2/", """{"name":"spiking-detector","version":"0.1.0","extensions":["binary_tensor_data"]}""")]
    [InlineData("/v2/health/live", """{"live":true}""")]
    [InlineData("/v2/health/ready", """{"live":true,"ready":true}""")]
    [InlineData("/v2/models/things/ready", """{"name":"things","ready":true}""")]
    [InlineData("/v2/models/things/versions/1/ready", """{"name":"things","ready":true}""")]
    public async Task Get_HasTheFieldsOfTheSpecification(string address, string expected) =>
        Assert.Equal(expected, (await (await fixture.Client.GetAsync(address)).JsonAsync()).ToJsonString());

    [Theory]
    [InlineData("/v2/models/things", """
        {"name":"things","versions":["1"],"platform":"onnx_onnxv1","inputs":[{"name":"image","datatype":"UINT8","shape":[-1,128,256,3]}],
        "outputs":[{"name":"boxes","datatype":"FP32","shape":[-1,100,4]},{"name":"scores","datatype":"FP32","shape":[-1,100]},
        {"name":"labels","datatype":"INT64","shape":[-1,100]}]}
        """)]
    [InlineData("/v2/models/kinds/versions/1", """
        {"name":"kinds","versions":["1"],"platform":"onnx_onnxv1","inputs":[{"name":"image","datatype":"UINT8","shape":[-1,32,32,3]}],
        "outputs":[{"name":"logits","datatype":"FP32","shape":[-1,10]},{"name":"probabilities","datatype":"FP32","shape":[-1,10]}]}
        """)]
    public async Task ModelMetadata_IsThatOfTheSpecification(string address, string expected) => Assert.Equal(
        JsonNode.Parse(expected)!.ToJsonString(), (await (await fixture.Client.GetAsync(address)).JsonAsync()).ToJsonString());

    [Theory]
    [InlineData("/v2/models/nothing")]
    [InlineData("/v2/models/nothing/ready")]
    [InlineData("/v2/models/things/versions/2")]
    [InlineData("/v2/models/things/versions/2/ready")]
    public async Task UnknownModel_Is404WithTheErrorOfTheSpecification(string address)
    {
        HttpResponseMessage response = await fixture.Client.GetAsync(address);
        string detail = await Problem.AssertAsync(response, 404, "unknown-model");
        Assert.Equal(detail, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]);
    }

    [Fact]
    public async Task Infer_Json_AnswersTheNetworksOutputsBitForBit()
    {
        Dictionary<string, byte[]> expected = TensorRequests.Alone(ReferenceModels.Detector, Large[0]);
        JsonNode answer = await InferAsync(Things, TensorRequests.ImageJson([Large[0]], """, "id": "42" """));

        Assert.Equal(["model_name", "model_version", "id", "outputs"], answer.AsObject().Select(field => field.Key));
        Assert.Equal(("things", "1", "42"), ((string?)answer["model_name"], (string?)answer["model_version"], (string?)answer["id"]));
        JsonArray outputs = answer["outputs"]!.AsArray();
        Assert.Equal(["boxes", "scores", "labels"], outputs.Select(output => (string)output!["name"]!));
        Assert.Equal(["FP32", "FP32", "INT64"], outputs.Select(output => (string)output!["datatype"]!));
        Assert.Equal(["[1,100,4]", "[1,100]", "[1,100]"], outputs.Select(output => output!["shape"]!.ToJsonString()));
        Assert.All(outputs, output => Assert.Equal(expected[(string)output!["name"]!], TensorRequests.Elements(output)));
    }

    [Fact]
    public async Task Infer_Binary_AnswersTheNetworksOutputsBitForBit()
    {
        Dictionary<string, byte[]> expected = TensorRequests.Alone(ReferenceModels.Detector, Large[0]);
        (JsonNode json, byte[] bytes) = await InferBinaryAsync(
            Things, TensorRequests.BinaryImageJson([Large[0]], """, "parameters": {"binary_data_output": true} """), TensorRequests.Bytes([Large[0]]));

        int[] sizes = [.. json["outputs"]!.AsArray().Select(output => (int)output!["parameters"]!["binary_data_size"]!)];
        Assert.Equal([100 * 4 * 4, 100 * 4, 100 * 8], sizes);
        Assert.All(json["outputs"]!.AsArray(), output => Assert.Null(output!["data"]));
        Assert.Equal([.. expected["boxes"], .. expected["scores"], .. expected["labels"]], bytes);
    }

    [Fact]
    public async Task Infer_SeveralRows_AnswersEachAsIfAlone()
    {
        JsonNode answer = await InferAsync(Kinds, TensorRequests.ImageJson(Small));
        byte[] logits = [.. Small.SelectMany(picture => TensorRequests.Alone(ReferenceModels.Classifier, picture)["logits"])];

        Assert.True(Small.Length > 1);
        Assert.Equal($"[{Small.Length},10]", answer["outputs"]![0]!["shape"]!.ToJsonString());
        Assert.Equal(logits, TensorRequests.Elements(answer["outputs"]![0]!));
        Assert.Null(answer["id"]);
    }

    [Fact]
    public async Task Infer_NestedDataFieldsInAnyOrderAndUnknownOnes_AreTheSame()
    {
        string expected = (await InferAsync(Kinds, TensorRequests.ImageJson(Small)))["outputs"]!.ToJsonString();
        string reordered = $$"""
            {"model_name": "x", "more": [{"data": [true]}, null, 1e3], "outputs": [], "parameters": {"sequence_id": 7, "timeout": 1000},
             "inputs": [{"data": {{TensorRequests.Nested(Small)}}, "datatype": "UINT8", "extra": {"data": "x"},
             "shape": [{{Small.Length}}, 32, 32, 3], "parameters": {"a": "b"}, "name": "image"}]}
            """;
        Assert.Equal(expected, (await InferAsync(Kinds, reordered))["outputs"]!.ToJsonString());
        Assert.Equal(expected, (await InferAsync("/v2/models/kinds/versions/1/infer", TensorRequests.ImageJson(Small)))["outputs"]!.ToJsonString());
    }

    [Fact]
    public async Task Infer_RequestedOutputs_AreAnsweredInTheirOrderAndForm()
    {
        Dictionary<string, byte[]> expected = TensorRequests.Alone(ReferenceModels.Detector, Large[0]);
        (JsonNode json, byte[] bytes) = await InferBinaryAsync(
            Things,
            TensorRequests.BinaryImageJson([Large[0]], """
                , "parameters": {"binary_data_output": true},
                "outputs": [{"name": "labels", "parameters": {"binary_data": false}}, {"name": "scores"}]
                """),
            TensorRequests.Bytes([Large[0]]));

        Assert.Equal(["labels", "scores"], json["outputs"]!.AsArray().Select(output => (string)output!["name"]!));
        Assert.Equal(expected["labels"], TensorRequests.Elements(json["outputs"]![0]!));
        Assert.Equal(expected["scores"], bytes);
    }

    [Fact]
    public async Task Infer_InSmallChunks_IsTheSame()
    {
        string text = TensorRequests.ImageJson(Small);
        string expected = (await InferAsync(Kinds, text))["outputs"]!.ToJsonString();
        HttpResponseMessage response = await fixture.Client.PostChunkedAsync(Kinds, new TricklingContent(text));
        Assert.Equal(expected, (await response.JsonAsync())["outputs"]!.ToJsonString());
    }

    private async Task<JsonNode> InferAsync(string address, string json) =>
        await (await fixture.Client.PostAsync(address, TensorRequests.Json(json))).JsonAsync();

    private async Task<(JsonNode Json, byte[] Bytes)> InferBinaryAsync(string address, string json, byte[] bytes) =>
        await (await fixture.Client.PostAsync(address, TensorRequests.Binary(json, bytes))).PartsAsync();
}
