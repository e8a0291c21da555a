using System.Net.Sockets;
using System.Text;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Tests.Images;

namespace SpikingDetector.Service.Tests;

/// <summary>Everything that a client can get wrong, by mistake or on purpose.</summary>
public sealed class RefusalTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private static readonly byte[] Jpeg = PictureEncoder.EncodeJpeg(TestPictures.Pattern(64, 48));
    private static readonly string Base64 = Convert.ToBase64String(Jpeg);

    private readonly int _loggedBefore = fixture.Service.Log.Count;

    [Fact]
    public async Task EmptyBody_Is400()
    {
        string detail = await AssertAsync(Requests.Raw([]), 400, "malformed-request");
        Assert.Contains("empty", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmptyPart_Is400() => await AssertAsync(Requests.Form([]), 400, "malformed-request");

    [Fact]
    public async Task TruncatedJpeg_Is422()
    {
        string detail = await AssertAsync(Requests.Form(Jpeg[..(Jpeg.Length / 2)]), 422, "undecodable-picture");
        Assert.Contains("cut short", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(20)]
    public async Task OnlyTheBeginningOfAPicture_Is422(int length) =>
        await AssertAsync(Requests.Raw(Jpeg[..length]), 422, "undecodable-picture");

    [Fact]
    public async Task DamagedPng_Is422()
    {
        byte[] png = PictureEncoder.EncodePng(TestPictures.Pattern(64, 48));
        png.AsSpan(60, 200).Fill(0x5A);
        await AssertAsync(Requests.Raw(png, "image/png"), 422, "undecodable-picture");
    }

    [Fact]
    public async Task VeryWidePicture_Is413()
    {
        byte[] wide = PictureEncoder.EncodePng(new Picture(20_000, 1));
        Assert.True(wide.Length < 1000);
        string detail = await AssertAsync(Requests.Form(wide), 413, "picture-too-large");
        Assert.Contains("20000×1", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;")]
    [InlineData("This is a text that somebody called photo.jpg.")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")]
    [InlineData("%PDF-1.7")]
    public async Task OtherFormat_Is415(string content)
    {
        byte[] file = Encoding.Latin1.GetBytes(content);
        string detail = await AssertAsync(Requests.Form(file), 415, "unsupported-format");
        Assert.Contains("JPEG, PNG, WebP or BMP", detail, StringComparison.Ordinal);
        await AssertAsync(Requests.Raw(file, "image/gif"), 415, "unsupported-format");
        await AssertAsync(Requests.Json(file), 415, "unsupported-format");
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/octet-stream")]
    [InlineData("text/plain")]
    [InlineData("multipart/mixed; boundary=x")]
    [InlineData("no type at all")]
    [InlineData("")]
    public async Task OtherContentType_Is415(string type)
    {
        string detail = await AssertAsync(Requests.Raw(Jpeg, type), 415, "unsupported-body");
        Assert.Contains("multipart/form-data", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CompressedBody_Is415()
    {
        HttpContent content = Requests.Raw(Jpeg);
        content.Headers.ContentEncoding.Add("gzip");
        await AssertAsync(content, 415, "unsupported-body");
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    [InlineData("multipart/form-data; boundary=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("multipart/form-data; boundary=another")]
    public async Task WrongBoundary_Is400(string type) =>
        await AssertAsync(Requests.Raw("--x\r\nContent-Disposition: form-data; name=image\r\n\r\nabc\r\n--x--\r\n", type), 400, "malformed-request");

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("--x")]
    [InlineData("--x\r\n")]
    [InlineData("--x\r\nContent-Disposition: form-data; name=image\r\n\r\nabc")]
    [InlineData("--x\r\nContent-Disposition: form-data; name=image\r\n\r\nabc\r\n--x\r\n")]
    [InlineData("--x\r\nno header\r\n\r\nabc\r\n--x--\r\n")]
    [InlineData("--x\r\n: \r\n\r\nabc\r\n--x--\r\n")]
    [InlineData("--x\r\n\r\nabc\r\n--x--\r\n")]
    [InlineData("--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--\r\n")]
    [InlineData("--x\r\nContent-Disposition: ;;;\r\n\r\nabc\r\n--x--\r\n")]
    [InlineData("--x\r\nContent-Disposition: form-data; name=photo\r\n\r\nabc\r\n--x--\r\n")]
    [InlineData("--x--\r\n")]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"=?utf-7?B?aW1hZ2U=?=\"\r\n\r\nabc\r\n--x--\r\n")]
    public async Task WrongForm_Is400(string body) =>
        await AssertAsync(Requests.Raw(body, "multipart/form-data; boundary=x"), 400, "malformed-request");

    [Theory]
    [InlineData("filename*=utf-7''photo.jpg")] // The runtime knows UTF-7 and refuses to decode it.
    [InlineData("filename=\"=?utf-7?B?AA==?=\"")]
    [InlineData("filename*=no-charset''%")]
    public async Task FileNameThatCannotBeDecoded_IsAsGoodAsNone(string fileName) => await AssertAsync(
        Requests.Raw($"--x\r\nContent-Disposition: form-data; name=image; {fileName}\r\n\r\nabc\r\n--x--\r\n", "multipart/form-data; boundary=x"),
        415,
        "unsupported-format");

    [Fact]
    public async Task FormOfVeryManyParts_Is400() => await AssertAsync(
        Requests.Raw(string.Concat(Enumerable.Repeat("--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n", 1000)) + "--x--\r\n", "multipart/form-data; boundary=x"),
        400,
        "malformed-request");

    [Fact]
    public async Task FormWithVeryLongHeader_Is400() => await AssertAsync(
        Requests.Raw($"--x\r\nContent-Disposition: form-data; name=image; filename={new string('a', 100_000)}\r\n\r\na\r\n--x--\r\n", "multipart/form-data; boundary=x"),
        400,
        "malformed-request");

    public static TheoryData<string, string> WrongJson => new()
    {
        { "", "not valid JSON" },
        { "{", "not valid JSON" },
        { "not json", "not valid JSON" },
        { "\xFF\xFE{", "not valid JSON" },
        { "[]", "not a JSON object" },
        { "null", "not a JSON object" },
        { "{}", "no field image" },
        { "{\"Image\": \"AAAA\"}", "no field image" },
        { "{\"image\": null}", "not a text" },
        { "{\"image\": 5}", "not a text" },
        { "{\"image\": [\"AAAA\"]}", "not a text" },
        { "{\"image\": \"not base64!\"}", "not base64" },
        { "{\"image\": \"AAA\"}", "not base64" },
        { "{\"image\": \"_-__\"}", "not base64" },
        { "{\"image\": \"\\ud800\"}", "half a character" },
        { "{\"image\": \"\\u00e9\\u00e9\\u00e9\\u00e9\"}", "not base64" },
        { "{\"image\": \"data:image/png;base64,AAAA\"}", "data URL" },
        { "{\"image\": \"\"}", "empty" },
        { $"{{\"image\": \"{Base64}\", \"image\": \"{Base64}\"}}", "twice" },
        { $"{{\"image\": \"{Base64}\"}} {{}}", "not valid JSON" },
        { $"{{\"image\": \"{Base64}\",}}", "not valid JSON" },
        { $"{{\"deep\": {new string('[', 10_000)}", "not valid JSON" },
        { $"{{\"image\": \"{Base64}", "not valid JSON" },
    };

    [Theory]
    [MemberData(nameof(WrongJson))]
    public async Task WrongJson_Is400(string json, string says)
    {
        string detail = await AssertAsync(Requests.Raw(json, "application/json"), 400, "malformed-request");
        Assert.Contains(says, detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JsonOfAnotherCharset_Is415() => await AssertAsync(
        Requests.Raw(Encoding.Unicode.GetBytes($"{{\"image\": \"{Base64}\"}}"), "application/json; charset=utf-16"), 415, "unsupported-body");

    [Fact]
    public async Task JsonWithByteOrderMark_IsTaken() => await (await fixture.Client.PostAsync(
        "/detect", Requests.Raw([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes($"{{\"image\": \"{Base64}\"}}")], "application/json"))).JsonAsync();

    [Theory]
    [InlineData(300_001)]
    [InlineData(20_000_000)] // More than a connection holds: the client is told although it is still sending.
    public async Task TooManyBytes_Is413(int length)
    {
        byte[] large = new byte[length];
        string detail = await AssertAsync(Requests.Raw(large), 413, "body-too-large");
        Assert.Contains("300000", detail, StringComparison.Ordinal);
        await AssertAsync(Requests.Form(large), 413, "body-too-large");
        await AssertAsync(Requests.Raw(large, "application/json"), 413, "body-too-large");
    }

    [Theory]
    [InlineData(300_001)]
    [InlineData(20_000_000)]
    public async Task TooManyBytesInChunks_Is413(int length)
    {
        byte[] large = new byte[length];
        await Problem.AssertAsync(await fixture.Client.PostChunkedAsync("/detect", Requests.Raw(large)), 413, "body-too-large");
        await Problem.AssertAsync(await fixture.Client.PostChunkedAsync("/detect", Requests.Form(large)), 413, "body-too-large");
    }

    [Fact]
    public async Task AsManyBytesAsAllowed_AreTaken()
    {
        // A JPEG decoder reads to the end marker; what follows does not matter.
        byte[] padded = [.. Jpeg, .. new byte[300_000 - Jpeg.Length]];
        await (await fixture.Client.PostAsync("/detect", Requests.Raw(padded))).JsonAsync();
    }

    [Theory]
    [InlineData("detect", "score_threshold=-0.1")]
    [InlineData("detect", "score_threshold=1.1")]
    [InlineData("detect", "score_threshold=NaN")]
    [InlineData("detect", "score_threshold=0,5")]
    [InlineData("detect", "score_threshold=half")]
    [InlineData("detect", "score_threshold=")]
    [InlineData("detect", "score_threshold=0.1&score_threshold=0.2")]
    [InlineData("detect", "max_detections=0")]
    [InlineData("detect", "max_detections=101")]
    [InlineData("detect", "max_detections=-1")]
    [InlineData("detect", "max_detections=1.5")]
    [InlineData("detect", "max_detections=99999999999999999999")]
    [InlineData("detect", "model=")]
    [InlineData("detect", "model=things&model=things")]
    [InlineData("classify", "top_k=0")]
    [InlineData("classify", "top_k=11")]
    [InlineData("classify", "top_k=all")]
    public async Task WrongParameter_Is400(string route, string query)
    {
        HttpResponseMessage response = await fixture.Client.PostAsync($"/{route}?{query}", Requests.Form(Jpeg));
        string detail = await Problem.AssertAsync(response, 400, "invalid-parameter");
        Assert.Contains(query.Split('=')[0], detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("detect", "none")]
    [InlineData("classify", "none")]
    [InlineData("detect", "THINGS")]
    [InlineData("detect", "..%2F..%2Fetc%2Fpasswd")]
    public async Task UnknownModel_Is404(string route, string model) => await Problem.AssertAsync(
        await fixture.Client.PostAsync($"/{route}?model={model}", Requests.Form(Jpeg)), 404, "unknown-model");

    [Theory]
    [InlineData("detect", "kinds", "things")]
    [InlineData("classify", "things", "kinds")]
    public async Task ModelOfAnotherTask_Is400(string route, string model, string right)
    {
        string detail = await Problem.AssertAsync(
            await fixture.Client.PostAsync($"/{route}?model={model}", Requests.Form(Jpeg)), 400, "wrong-task");
        Assert.Contains(right, detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("image/webp")]
    [InlineData("application/json;q=0, image/*;q=0")]
    public async Task NothingAcceptable_Is406(string accept) => await Problem.AssertAsync(
        await fixture.Client.PostAcceptingAsync("/detect", Requests.Form(Jpeg), accept), 406, "not-acceptable");

    [Fact]
    public async Task Error_WhereOnlyAPictureIsAccepted_IsStillExplained() => await Problem.AssertAsync(
        await fixture.Client.PostAcceptingAsync("/detect", Requests.Form([1, 2, 3]), "image/png"), 415, "unsupported-format");

    [Theory]
    [InlineData("GET", "/detect", "POST")]
    [InlineData("PUT", "/classify", "POST")]
    [InlineData("DELETE", "/models", "GET")]
    public async Task WrongMethod_Is405(string method, string route, string allowed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), route);
        HttpResponseMessage response = await fixture.Client.SendAsync(request);
        Assert.Contains(allowed, await Problem.AssertAsync(response, 405, "method-not-allowed"), StringComparison.Ordinal);
        Assert.Equal([allowed], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/detect/more")]
    [InlineData("/models/a/b")]
    [InlineData("/appsettings.json")]
    [InlineData("/../appsettings.json")]
    [InlineData("/%2e%2e/appsettings.json")]
    public async Task UnknownAddress_Is404(string address) =>
        await Problem.AssertAsync(await fixture.Client.GetAsync(address), 404, "not-found");

    [Fact]
    public async Task BodyThatEndsEarly_IsNoFaultOfTheService()
    {
        string answer = await SendRawAsync(
            "POST /detect HTTP/1.1\r\nHost: a\r\nContent-Type: image/jpeg\r\nContent-Length: 1000\r\n\r\nabc", endOfSending: true);
        Assert.DoesNotContain(" 500 ", answer, StringComparison.Ordinal);
        Problem.AssertNoTrace(answer);
        await AssertNothingWentWrongAsync();
    }

    [Theory]
    [InlineData("POST /detect HTTP/1.1\r\nHost: a\r\nContent-Type: image/jpeg\r\nContent-Length: -5\r\n\r\n")]
    [InlineData("POST /detect HTTP/1.1\r\nHost: a\r\nContent-Type: image/jpeg\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("POST /detect HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("POST /detect HTTP/1.1\r\nHost: a\r\nContent-Type: image/jpeg\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc")]
    [InlineData("POST /detect HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\nfffffffff\r\nabc")]
    [InlineData("POST /v2/models/kinds/infer HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n800000000\r\nabc")]
    [InlineData("POST /detect?score_threshold=%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("POST /detect HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=\u00e9\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("BREW /detect\r\n\r\n")]
    public async Task BrokenHttp_IsA4xx(string request)
    {
        string answer = await SendRawAsync(request);
        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        Problem.AssertNoTrace(answer);
        await AssertNothingWentWrongAsync();
    }

    [Fact]
    public async Task HugeHeader_IsRefused()
    {
        string answer = await SendRawAsync($"GET /models HTTP/1.1\r\nHost: a\r\nX-Long: {new string('a', 100_000)}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 431", answer, StringComparison.Ordinal);
        Problem.AssertNoTrace(answer);
    }

    private async Task<string> AssertAsync(HttpContent content, int status, string type)
    {
        string detail = await Problem.AssertAsync(await fixture.Client.PostAsync("/detect", content), status, type);
        await AssertNothingWentWrongAsync();
        return detail;
    }

    /// <summary>The service took no harm, and did not take the client's fault for its own.</summary>
    private async Task AssertNothingWentWrongAsync()
    {
        Assert.DoesNotContain(
            fixture.Service.Log.Skip(_loggedBefore), entry => entry.Level >= Serilog.Events.LogEventLevel.Error);
        Assert.True((await fixture.Client.GetAsync("/health/ready")).IsSuccessStatusCode);
    }

    private async Task<string> SendRawAsync(string request, bool endOfSending = false)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", fixture.Client.BaseAddress!.Port);
        NetworkStream stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
            if (endOfSending)
                client.Client.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (IOException)
        {
            return ""; // Closed by the server before it had read all.
        }
    }
}
