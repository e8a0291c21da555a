using System.Text;
using System.Text.Json.Nodes;
using SpikingDetector.Core.Images;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>Requests of the Open Inference Protocol that cannot be run.</summary>
public sealed class OpenInferenceRefusalTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private const string Address = "/v2/models/kinds/infer";
    private const string Header = "\"name\": \"image\", \"shape\": [1, 32, 32, 3], \"datatype\": \"UINT8\"";
    private const int Elements = 32 * 32 * 3;

    private static readonly Picture Picture = ReferenceModels.Pictures(ReferenceModels.Classifier)[0];

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("null", "not a JSON object")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{", "not valid JSON (line 1, byte 2)")]
    [InlineData("{} {}", "not valid JSON")]
    [InlineData("{}", "0 inputs")]
    [InlineData("{\"inputs\": null}", "0 inputs")]
    [InlineData("{\"inputs\": {}}", "field inputs is of another type")]
    [InlineData("{\"inputs\": []}", "0 inputs")]
    [InlineData("{\"inputs\": [7]}", "field inputs[0] is of another type")]
    [InlineData("{\"inputs\": [null]}", "its input is null")]
    [InlineData("{\"inputs\": [], \"inputs\": []}", "stands")]
    [InlineData("{\"id\": 42, \"inputs\": []}", "field id is of another type")]
    [InlineData("{\"id\": \"\\ud800\", \"inputs\": []}", "not valid Unicode")]
    [InlineData("{\"inputs\": [{}]}", "name of an input is left out")]
    [InlineData("{\"inputs\": [{\"name\": \"pixels\"}]}", "'pixels'; the model has only the input 'image'")]
    [InlineData("{\"inputs\": [{\"name\": \"image\"}]}", "datatype of the input 'image' is left out; expected UINT8")]
    [InlineData("{\"inputs\": [{\"name\": \"image\", \"datatype\": \"FP32\"}]}", "'FP32'; expected UINT8")]
    [InlineData("{\"inputs\": [{\"name\": \"image\", \"datatype\": \"UINT8\"}]}", "is left out; expected [N, 32, 32, 3]")]
    [InlineData("{\"inputs\": [{\"name\": \"image\", \"datatype\": \"UINT8\", \"shape\": [32, 32, 3]}]}", "[32, 32, 3]; expected [N, 32, 32, 3]")]
    [InlineData("{\"inputs\": [{\"name\": \"image\", \"datatype\": \"UINT8\", \"shape\": [1, 3, 32, 32]}]}", "expected [N, 32, 32, 3]")]
    [InlineData("{\"inputs\": [{\"name\": \"image\", \"datatype\": \"UINT8\", \"shape\": [0, 32, 32, 3]}]}", "0 rows")]
    [InlineData("{\"inputs\": [{\"name\": \"image\", \"datatype\": \"UINT8\", \"shape\": [-1, 32, 32, 3]}]}", "-1 rows")]
    [InlineData("{\"inputs\": [{\"name\": \"image\", \"datatype\": \"UINT8\", \"shape\": [1, 4611686018427387904, 4, 3]}]}", "expected [N, 32, 32, 3]")]
    [InlineData("{\"inputs\": [{\"name\": \"image\", \"datatype\": \"UINT8\", \"shape\": [1e30, 32, 32, 3]}]}", "field inputs[0].shape[0]")]
    [InlineData("{\"inputs\": [{\"name\": \"image\", \"datatype\": \"UINT8\", \"shape\": [1.5, 32, 32, 3]}]}", "field inputs[0].shape[0]")]
    [InlineData("{\"inputs\": [{\"name\": \"image\", \"datatype\": \"UINT8\", \"shape\": \"1\"}]}", "field inputs[0].shape")]
    [InlineData("{\"inputs\": [{*}]}", "has no data")]
    [InlineData("{\"inputs\": [{*, \"data\": []}]}", "has 0 elements; expected 3072")]
    [InlineData("{\"inputs\": [{*, \"data\": [1, 2, 3]}]}", "has 3 elements; expected 3072")]
    [InlineData("{\"inputs\": [{*, \"data\": 5}]}", "is a number; expected a list")]
    [InlineData("{\"inputs\": [{*, \"data\": \"AAAA\"}]}", "something else than numbers")]
    [InlineData("{\"inputs\": [{*, \"data\": [1, true]}]}", "something else than numbers")]
    [InlineData("{\"inputs\": [{*, \"data\": [1, {}]}]}", "something else than numbers")]
    [InlineData("{\"inputs\": [{*, \"data\": [256]}]}", "whole number from 0 to 255")]
    [InlineData("{\"inputs\": [{*, \"data\": [-1]}]}", "whole number from 0 to 255")]
    [InlineData("{\"inputs\": [{*, \"data\": [0.5]}]}", "whole number from 0 to 255")]
    [InlineData("{\"inputs\": [{*, \"data\": [1e400]}]}", "whole number from 0 to 255")]
    [InlineData("{\"inputs\": [{*, \"data\": [[1, 2]]}]}", "neither a flat list nor nested as its shape")]
    [InlineData("{\"inputs\": [{*, \"data\": [1, [2]]}]}", "neither a flat list")]
    [InlineData("{\"inputs\": [{*, \"data\": [[[[1, 2]]]]}]}", "nested in another way")]
    [InlineData("{\"inputs\": [{*, \"data\": [[[[[1]]]]]}]}", "nested more than 4 times")]
    [InlineData("{\"inputs\": [{*, \"data\": [1]}, {\"data\": [2]}]}", "data for more than one input")]
    [InlineData("{\"inputs\": [{*}, {*}]}", "2 inputs")]
    [InlineData("{\"inputs\": [{*, \"parameters\": {\"binary_data_size\": 3072}}]}", "Inference-Header-Content-Length is missing")]
    [InlineData("{\"inputs\": [{*, \"parameters\": {\"binary_data_size\": \"3072\"}}]}", "binary_data_size must be a whole number")]
    [InlineData("{\"inputs\": [{*, \"parameters\": {\"binary_data_size\": -1}}]}", "binary_data_size must be a whole number")]
    [InlineData("{\"inputs\": [{*, \"parameters\": {\"binary_data_size\": 1}, \"data\": [1]}]}", "as well as binary_data_size")]
    [InlineData("{\"inputs\": [{*, \"parameters\": {\"shared_memory_region\": \"x\"}}]}", "shared_memory_region")]
    [InlineData("{\"inputs\": [{*, \"parameters\": {\"x\": {}}}]}", "neither a text nor a number")]
    [InlineData("{\"inputs\": [{*, \"parameters\": []}]}", "field inputs[0].parameters")]
    [InlineData("{\"inputs\": [{*, \"data\": #}], \"outputs\": [{\"name\": \"boxes\"}]}", "which are logits, probabilities")]
    [InlineData("{\"inputs\": [{*, \"data\": #}], \"outputs\": [{}]}", "which are logits, probabilities")]
    [InlineData("{\"inputs\": [{*, \"data\": #}], \"outputs\": [null]}", "which are logits, probabilities")]
    [InlineData("{\"inputs\": [{*, \"data\": #}], \"outputs\": [{\"name\": \"logits\"}, {\"name\": \"logits\"}]}", "requested twice")]
    [InlineData("{\"inputs\": [{*, \"data\": #}], \"outputs\": [{\"name\": \"logits\", \"parameters\": {\"binary_data\": 1}}]}", "binary_data must be true or false")]
    [InlineData("{\"inputs\": [{*, \"data\": #}], \"outputs\": [{\"name\": \"logits\", \"parameters\": {\"classification\": 3}}]}", "classification")]
    [InlineData("{\"inputs\": [{*, \"data\": #}], \"parameters\": {\"binary_data_output\": \"yes\"}}", "binary_data_output must be true or false")]
    [InlineData("{\"inputs\": [{*, \"data\": #, \"data\": #}]}", "data for more than one input")]
    public async Task Malformed_Is400WithASentence(string template, string says) => await AssertMalformedAsync(
        TensorRequests.Json(template.Replace("*", Header, StringComparison.Ordinal).Replace("#", Numbers(Elements), StringComparison.Ordinal)), says);

    [Fact]
    public async Task ElementsThatDoNotFillTheShape_Are400()
    {
        foreach (int count in new[] { Elements - 1, Elements + 1, 2 * Elements })
        {
            await AssertMalformedAsync(
                TensorRequests.Json($$"""{"inputs": [{ {{Header}}, "data": {{Numbers(count)}} }]}"""), $"has {count} elements; expected {Elements}");
        }
    }

    [Theory]
    [InlineData(Elements, Elements - 1, 0, "ends 1 bytes before")]
    [InlineData(Elements, Elements + 1, 0, "goes on behind the JSON")]
    [InlineData(Elements, Elements, 1, "not valid JSON")]
    [InlineData(Elements, Elements, -1, "not valid JSON")]
    [InlineData(Elements, Elements, 1_000_000, "ends before the")]
    [InlineData(Elements - 1, Elements - 1, 0, "expected 3072 bytes for its shape")]
    [InlineData(0, 0, 0, "expected 3072 bytes for its shape")]
    public async Task BytesThatDoNotFit_Are400(int size, int sent, int lengthOff, string says)
    {
        string json = $$"""{"inputs": [{ {{Header}}, "parameters": {"binary_data_size": {{size}} } }]}""";
        await AssertMalformedAsync(TensorRequests.Binary(json, new byte[sent], Encoding.UTF8.GetByteCount(json) + lengthOff), says);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("x")]
    [InlineData("99999999999999999999")]
    public async Task WrongLengthHeader_Is400(string value)
    {
        HttpContent content = TensorRequests.Json("{}");
        content.Headers.TryAddWithoutValidation("Inference-Header-Content-Length", value);
        await AssertMalformedAsync(content, "must be a whole number above 0");
    }

    [Fact]
    public async Task BytesBehindJsonThatNeedsNone_Are400() => await AssertMalformedAsync(
        TensorRequests.Binary(TensorRequests.ImageJson([Picture]), [1, 2, 3]), "goes on behind the JSON");

    [Fact]
    public async Task TooManyRows_Is413()
    {
        string json = $$"""{"inputs": [{ "name": "image", "shape": [17, 32, 32, 3], "datatype": "UINT8", "data": {{Numbers(17 * Elements)}} }]}""";
        await Problem.AssertAsync(await fixture.Client.PostAsync(Address, TensorRequests.Json(json)), 413, "too-many-rows");
        string empty = """{"inputs": [{ "name": "image", "shape": [9223372036854775807, 32, 32, 3], "datatype": "UINT8", "data": [] }]}""";
        await Problem.AssertAsync(await fixture.Client.PostAsync(Address, TensorRequests.Json(empty)), 413, "too-many-rows");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TooManyBytes_Is413(bool chunked)
    {
        // More than the fixture's limit, in blanks that nothing else is wrong with.
        string blanks = string.Concat(Enumerable.Repeat("1,\n", 5)) + string.Concat(Enumerable.Repeat("1," + new string(' ', 60_000), 6));
        HttpContent content = TensorRequests.Json($$"""{"inputs": [{ {{Header}}, "data": [{{blanks}}1]}]}""");
        HttpResponseMessage response = chunked
            ? await fixture.Client.PostChunkedAsync(Address, content)
            : await fixture.Client.PostAsync(Address, content);
        await Problem.AssertAsync(response, 413, "body-too-large");
    }

    [Theory]
    [InlineData("\"id\": \"*\"")]
    [InlineData("\"outputs\": [{\"name\": \"*\"}]")]
    [InlineData("\"*\": 1")]
    public async Task LongTexts_Are400_BeforeTheyTakeMemory(string field) => await AssertMalformedAsync(
        TensorRequests.Json("{" + field.Replace("*", new string('x', 200_000), StringComparison.Ordinal) + "}"), "65536 bytes of JSON besides");

    [Fact]
    public async Task ManySmallFields_Are400() => await AssertMalformedAsync(
        TensorRequests.Json($$"""{"outputs": [{{string.Join(',', Enumerable.Repeat("{}", 50_000))}}]}"""), "65536 bytes of JSON besides");

    [Fact]
    public async Task CompressedBody_Is415()
    {
        HttpContent content = TensorRequests.Json("{}");
        content.Headers.ContentEncoding.Add("gzip");
        await Problem.AssertAsync(await fixture.Client.PostAsync(Address, content), 415, "unsupported-body");
    }

    [Fact]
    public async Task UnknownModel_Is404() => await Problem.AssertAsync(
        await fixture.Client.PostAsync("/v2/models/nothing/infer", TensorRequests.Json("{}")), 404, "unknown-model");

    private async Task AssertMalformedAsync(HttpContent content, string says)
    {
        HttpResponseMessage response = await fixture.Client.PostAsync(Address, content);
        string detail = await Problem.AssertAsync(response, 400, "malformed-request");
        Assert.Contains(says, detail, StringComparison.Ordinal);
        Assert.Equal(detail, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]);
    }

    private static string Numbers(int count) => $"[{string.Join(',', Enumerable.Repeat("7", count))}]";
}
