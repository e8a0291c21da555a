using System.Net;
using System.Text;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Tests.Images;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>Connections that say too much, too little or nothing.</summary>
public sealed class HostileConnectionTests(HostileConnectionTests.Fixture fixture) : IClassFixture<HostileConnectionTests.Fixture>
{
    private const int Silent = 300;

    private static readonly byte[] Jpeg = TestPictures.Encode(TestPictures.Pattern(64, 48), PictureFormat.Jpeg);

    private readonly RunningService _service = fixture.Service;

    [Fact]
    public async Task HundredsOfSilentConnections_KeepNobodyFromBeingAnswered_AndAreClosed()
    {
        RawConnection[] silent = await Task.WhenAll(Enumerable.Range(0, Silent).Select(_ => RawConnection.OpenAsync(_service)));
        await Task.WhenAll(silent.Take(Silent / 2).Select(connection => connection.SendAsync("POST /detect HTTP/1.1\r\nHost: a\r\nContent-")));
        await AssertAnswersAsync();

        string[] ends = await Task.WhenAll(silent.Select(connection => connection.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20))));
        Assert.All(ends.Take(Silent / 2), end => Assert.StartsWith("HTTP/1.1 408 ", end, StringComparison.Ordinal));
        Assert.All(ends.Skip(Silent / 2), end => Assert.Equal("", end));
        foreach (RawConnection connection in silent)
            connection.Dispose();
        await AssertAnswersAsync();
    }

    [Fact]
    public async Task StreamAbandonedInTheMiddle_GivesItsPlacesBack()
    {
        for (int i = 0; i < 20; i++)
        {
            using RawConnection connection = await RawConnection.OpenAsync(_service);
            await connection.SendAsync(
                "POST /detect HTTP/1.1\r\nHost: a\r\nAccept: application/x-ndjson\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 900000\r\n\r\n");
            for (int part = 0; part < 1 + i % 4; part++)
                await connection.SendAsync($"--x\r\nContent-Disposition: form-data; name=image\r\n\r\n{Encoding.Latin1.GetString(Jpeg)}\r\n");
            await connection.SendAsync("--x\r\nContent-Disposition: form-data; name=image\r\n\r\nhalf of one");
        }

        await AssertAnswersAsync();
    }

    [Fact]
    public async Task BytesBehindTheBody_AreAnotherRequest_AndNoneOfThis()
    {
        using RawConnection connection = await RawConnection.OpenAsync(_service);
        string picture = Encoding.Latin1.GetString(Jpeg);
        await connection.SendAsync(
            $"POST /detect HTTP/1.1\r\nHost: a\r\nContent-Type: image/jpeg\r\nContent-Length: {Jpeg.Length}\r\n\r\n{picture}<more than was said>\r\n\r\n");
        string answer = await connection.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Problem.AssertNoTrace(answer);
    }

    /// <summary>Where two headers say differently how long a body is, nothing behind it may be taken for a request.</summary>
    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\nGET /models HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 50", "0\r\n\r\nGET /models HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("Content-Length: 0\r\nContent-Length: 40", "GET /models HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("Transfer-Encoding: identity, chunked\r\nContent-Length: 0", "GET /models HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("Content-Length : 0", "GET /models HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("Content-Length: 0\r\n Transfer-Encoding: chunked", "GET /models HTTP/1.1\r\nHost: a\r\n\r\n")]
    public async Task RequestHiddenBehindAnother_IsNotAnswered(string headers, string behind)
    {
        using RawConnection connection = await RawConnection.OpenAsync(_service);
        await connection.SendAsync($"POST /detect HTTP/1.1\r\nHost: a\r\nContent-Type: image/jpeg\r\n{headers}\r\n\r\n{behind}");
        string answer = await connection.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FormWithinAForm_IsNoPicture()
    {
        string nested = string.Concat(Enumerable.Range(0, 2000).Select(depth =>
            $"--n{depth}\r\nContent-Disposition: form-data; name=image\r\nContent-Type: multipart/mixed; boundary=n{depth + 1}\r\n\r\n"));
        using HttpResponseMessage answer = await _service.Client.PostAsync(
            "/detect", Requests.Raw($"{nested}{Encoding.Latin1.GetString(Jpeg)}\r\n--n0--\r\n", "multipart/form-data; boundary=n0"));
        await Problem.AssertAsync(answer, 415, "unsupported-format");
    }

    /// <summary>As many as have a place are answered at the same time, as soon as the places are free.</summary>
    private async Task AssertAnswersAsync()
    {
        HttpStatusCode[] statuses = [];
        for (int i = 0; i < 100; i++)
        {
            statuses = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
            {
                using HttpResponseMessage answer = await _service.Client.PostAsync("/detect", Requests.Raw(Jpeg));
                return answer.StatusCode;
            }));
            if (statuses.All(status => status == HttpStatusCode.OK))
                break;
            await Task.Delay(50);
        }

        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.DoesNotContain(_service.Log, entry => entry.Level >= Serilog.Events.LogEventLevel.Error);
    }

    /// <summary>A service that takes few pictures at once and waits for nobody for long.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        private readonly TemporaryFolder _models = new();

        public RunningService Service { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            ReferenceModels.ExportTo(_models["things.onnx"], ReferenceModels.Detector);
            Service = await RunningService.StartAsync(
                _models.Path, ("Work:MaxInFlight", "8"), ("Server:HeadersTimeoutSeconds", "2"), ("Server:KeepAliveTimeoutSeconds", "2"));
        }

        public async ValueTask DisposeAsync()
        {
            await Service.DisposeAsync();
            _models.Dispose();
        }
    }
}
