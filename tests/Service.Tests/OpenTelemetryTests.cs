using System.Collections.Concurrent;
using System.Text;
using SpikingDetector.Core.Images;
using SpikingDetector.Service.Tests.Load;
using SpikingDetector.Service.Tracing;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>Traces and metrics by OTLP, to a collector that keeps what it is sent.</summary>
public sealed class OpenTelemetryTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Span = "00f067aa0ba902b7";

    [Fact]
    public async Task WithAnEndpoint_TracesAndMetricsGoThere()
    {
        var received = new ConcurrentQueue<(string Path, byte[] Body)>();
        await using StubServer collector = await StubServer.StartAsync((context, _, body) =>
        {
            received.Enqueue((context.Request.Path, body));
            return Task.CompletedTask;
        });
        using var models = new TemporaryFolder();
        ReferenceModels.ExportTo(models["things.onnx"], ReferenceModels.Detector);
        await using RunningService service = await RunningService.StartAsync(
            models.Path,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.ToString()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "50"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "100"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/detect")
        {
            Content = Requests.Raw(PictureEncoder.EncodeJpeg(new Picture(40, 30))),
        };
        request.Headers.Add("Accept", "image/png");
        request.Headers.Add("traceparent", $"00-{Trace}-{Span}-01");
        Assert.Equal(200, (int)(await service.Client.SendAsync(request)).StatusCode);

        await HoldsAsync(received, "/v1/traces", "POST /detect"u8.ToArray(), Convert.FromHexString(Trace), "spiking-detector"u8.ToArray());
        foreach (string name in (string[])["decode", "queue", "inference", "encode", "spiking_detector.batch_size"])
            await HoldsAsync(received, "/v1/traces", Encoding.UTF8.GetBytes(name), Convert.FromHexString(Trace));
        await HoldsAsync(received, "/v1/metrics", "spiking_detector.requests"u8.ToArray(), "spiking-detector"u8.ToArray());
        Assert.All(received, sent => Assert.Contains(sent.Path, (string[])["/v1/traces", "/v1/metrics"]));
        await MetricsText.ReadAsync(service.Client); // Prometheus is served all the same.
    }

    [Fact]
    public async Task WithoutAnEndpoint_NoSpansAreMade()
    {
        // A service of before may still be ending.
        for (int i = 0; i < 200 && ServiceTracing.Decode() is { } span; i++)
        {
            span.Dispose();
            await Task.Delay(50);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(ServiceTracing.Decode());
        ServiceTracing.Queue(default, "a", DateTimeOffset.UnixEpoch, TimeSpan.Zero);
        ServiceTracing.Inference(default, "a", 1, DateTimeOffset.UnixEpoch, TimeSpan.Zero);
        Assert.Null(ServiceTracing.Encode());
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    /// <summary>Waits until one message to an address holds all of these.</summary>
    private static async Task HoldsAsync(IEnumerable<(string Path, byte[] Body)> received, string path, params byte[][] parts)
    {
        for (int i = 0; i < 200; i++)
        {
            if (received.Any(sent => sent.Path == path && parts.All(part => sent.Body.AsSpan().IndexOf(part) >= 0)))
                return;
            await Task.Delay(50);
        }

        Assert.Fail($"No message to {path} with {string.Join(", ", parts.Select(Encoding.UTF8.GetString))} within 10 s.");
    }
}
