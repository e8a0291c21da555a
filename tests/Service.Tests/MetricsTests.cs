using Microsoft.Extensions.DependencyInjection;
using SpikingDetector.Core.Images;
using SpikingDetector.Service.Metrics;

namespace SpikingDetector.Service.Tests;

/// <summary>What <c>/metrics</c> tells after requests and events that are known.</summary>
public sealed class MetricsTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private static readonly byte[] Picture = PictureEncoder.EncodeJpeg(new Picture(40, 30));

    [Fact]
    public async Task Requests_AreCountedByRouteMethodAndStatus()
    {
        MetricsText before = await MetricsText.ReadAsync(fixture.Client);
        await fixture.Client.PostAsync("/detect", Requests.Raw(Picture));
        await fixture.Client.PostAsync("/detect", Requests.Raw(Picture));
        await fixture.Client.PostAsync("/detect?score_threshold=much", Requests.Raw(Picture));
        await fixture.Client.GetAsync("/models/things");
        await fixture.Client.GetAsync("/models/no-such-model");
        await fixture.Client.GetAsync("/no/such/address");
        await fixture.Client.SendAsync(new HttpRequestMessage(new HttpMethod("BREW"), "/detect"));
        MetricsText after = await ReadUntilAsync("""spiking_detector_requests_total{method="other",route="-",status="405"}""");

        void Grew(double by, string series) => Assert.True(by == after[series] - before[series], $"{series}: {after[series] - before[series]}");
        Grew(2, """spiking_detector_requests_total{method="POST",route="/detect",status="200"}""");
        Grew(1, """spiking_detector_requests_total{method="POST",route="/detect",status="400"}""");
        Grew(3, """spiking_detector_request_duration_seconds_count{method="POST",route="/detect"}""");
        Grew(1, """spiking_detector_requests_total{method="GET",route="/models/{name}",status="200"}""");
        Grew(1, """spiking_detector_requests_total{method="GET",route="/models/{name}",status="404"}""");
        Grew(1, """spiking_detector_requests_total{method="GET",route="-",status="404"}""");
        Grew(1, """spiking_detector_requests_total{method="other",route="-",status="405"}""");
        Grew(1, """spiking_detector_rejections_total{reason="invalid-parameter"}""");
        Grew(1, """spiking_detector_rejections_total{reason="unknown-model"}""");
        Grew(1, """spiking_detector_rejections_total{reason="not-found"}""");
        Grew(1, """spiking_detector_rejections_total{reason="method-not-allowed"}""");
        Assert.Equal(1, after["spiking_detector_requests_in_flight"]);
        Assert.DoesNotContain(after.Samples, series => series.Contains("no-such", StringComparison.Ordinal) || series.Contains("BREW", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Picture_IsCountedInEveryPhase()
    {
        const string Last = """spiking_detector_pictures_total{model="kinds",task="classification"}""";
        MetricsText before = await MetricsText.ReadAsync(fixture.Client);
        HttpResponseMessage drawn = await fixture.Client.PostAcceptingAsync("/detect", Requests.Raw(Picture), "image/png");
        Assert.Equal(200, (int)drawn.StatusCode);
        await (await fixture.Client.PostAsync("/classify", Requests.Raw(Picture))).JsonAsync();
        MetricsText after = await ReadUntilAsync(Last);

        void Grew(double by, string series) => Assert.True(by == after[series] - before[series], $"{series}: {after[series] - before[series]}");
        Grew(1, """spiking_detector_pictures_total{model="things",task="detection"}""");
        Grew(1, Last);
        Grew(2, "spiking_detector_decode_duration_seconds_count");
        Grew(2 * Picture.Length, "spiking_detector_picture_size_bytes_sum");
        Grew(2 * 40 * 30, "spiking_detector_picture_pixels_sum");
        Grew(1, """spiking_detector_queue_wait_seconds_count{model="things"}""");
        Grew(1, """spiking_detector_batch_size_sum{model="things"}""");
        Grew(1, """spiking_detector_batch_wait_seconds_count{model="kinds"}""");
        Grew(1, """spiking_detector_inference_duration_seconds_count{model="things"}""");
        Grew(1, """spiking_detector_inference_duration_seconds_count{model="kinds"}""");
        Grew(1, "spiking_detector_encode_duration_seconds_count");
        Assert.Contains("""spiking_detector_queue_depth{model="things"}""", after.Samples);
        Assert.Equal(0, after["""spiking_detector_queue_depth{model="things"}"""]);
        Assert.True(after["spiking_detector_decode_duration_seconds_sum"] > before["spiking_detector_decode_duration_seconds_sum"]);
    }

    [Fact]
    public async Task Models_AreToldWithDeviceAndPrecision()
    {
        MetricsText metrics = await MetricsText.ReadAsync(fixture.Client);
        Assert.Equal(1, metrics["""spiking_detector_model_info{device="cpu",model="things",precision="float32",version="1"}"""]);
        Assert.Equal(1, metrics["""spiking_detector_model_info{device="cpu",model="kinds",precision="float32",version="1"}"""]);
        Assert.Equal(2, metrics["""spiking_detector_models{status="ready"}"""]);
        Assert.Contains("""spiking_detector_models{status="refused"}""", metrics.Samples);
    }

    [Fact]
    public async Task Process_IsToldInBaseUnits()
    {
        MetricsText metrics = await MetricsText.ReadAsync(fixture.Client);
        Assert.InRange(metrics["process_resident_memory_bytes"], 10e6, 100e9);
        Assert.InRange(metrics["process_cpu_seconds_total"], 0.05, 1e6);
        Assert.InRange(metrics["process_open_fds"], 10, 1e6);
        Assert.InRange(metrics["process_start_time_seconds"], DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 100_000, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        Assert.InRange(metrics["dotnet_gc_heap_total_allocated_bytes_total"], 1e6, 1e15);
        Assert.Contains(metrics.Samples, series => series.StartsWith("dotnet_gc_collections_total{", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Phases_AreHistogramsInSecondsBytesAndPixels()
    {
        await using RunningService service = new(("Models:Folder", "no-models"));
        ServiceMetrics metrics = service.Services.GetRequiredService<ServiceMetrics>();
        metrics.PictureDecoded(TimeSpan.FromMilliseconds(2), bytes: 5000, pixels: 640 * 480);
        metrics.PictureDecoded(TimeSpan.FromMilliseconds(40), bytes: 100, pixels: null);
        metrics.Waited("a", TimeSpan.FromMilliseconds(7));
        metrics.BatchRun("a", 3, wait: TimeSpan.FromMilliseconds(4), inference: TimeSpan.FromMilliseconds(300));
        metrics.Encoded(TimeSpan.FromMilliseconds(6));
        metrics.PictureAnswered("a", "detection");
        MetricsText text = await MetricsText.ReadAsync(service.Client);

        Assert.Equal(0.042, text["spiking_detector_decode_duration_seconds_sum"], 9);
        Assert.Equal(1, text["""spiking_detector_decode_duration_seconds_bucket{le="0.0025"}"""]);
        Assert.Equal(2, text["""spiking_detector_decode_duration_seconds_bucket{le="0.05"}"""]);
        Assert.Equal(5100, text["spiking_detector_picture_size_bytes_sum"]);
        Assert.Equal(1, text["spiking_detector_picture_pixels_count"]);
        Assert.Equal(640 * 480, text["spiking_detector_picture_pixels_sum"]);
        Assert.Equal(0.007, text["""spiking_detector_queue_wait_seconds_sum{model="a"}"""], 9);
        Assert.Equal(0.004, text["""spiking_detector_batch_wait_seconds_sum{model="a"}"""], 9);
        Assert.Equal(3, text["""spiking_detector_batch_size_sum{model="a"}"""]);
        Assert.Equal(0, text["""spiking_detector_batch_size_bucket{model="a",le="2"}"""]);
        Assert.Equal(1, text["""spiking_detector_batch_size_bucket{model="a",le="4"}"""]);
        Assert.Equal(0.3, text["""spiking_detector_inference_duration_seconds_sum{model="a"}"""], 9);
        Assert.Equal(0.006, text["spiking_detector_encode_duration_seconds_sum"], 9);
        Assert.Equal(1, text["""spiking_detector_pictures_total{model="a",task="detection"}"""]);
    }

    [Fact]
    public void Recording_AllocatesNothing()
    {
        ServiceMetrics metrics = fixture.Service.Services.GetRequiredService<ServiceMetrics>();
        Record(metrics);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Record(metrics);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    /// <summary>A request is counted a moment after its answer has left.</summary>
    private async Task<MetricsText> ReadUntilAsync(string series)
    {
        for (int i = 0; i < 100; i++)
        {
            MetricsText text = await MetricsText.ReadAsync(fixture.Client);
            if (text[series] > 0)
                return text;
            await Task.Delay(20);
        }

        throw new TimeoutException($"No {series}.");
    }

    private static void Record(ServiceMetrics metrics)
    {
        metrics.PictureDecoded(TimeSpan.FromMilliseconds(1), 1, 1);
        metrics.Waited("allocations", TimeSpan.FromMilliseconds(1));
        metrics.BatchRun("allocations", 1, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        metrics.Encoded(TimeSpan.FromMilliseconds(1));
        metrics.PictureAnswered("allocations", "detection");
        metrics.Rejected("full");
    }
}
