using System.Net;
using SpikingDetector.Core.Images;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

public sealed class LimitTests : IDisposable
{
    private static readonly byte[] Small = PictureEncoder.EncodeJpeg(new Picture(40, 30));

    private readonly TemporaryFolder _models = new();

    public LimitTests() => ReferenceModels.ExportTo(_models["things.onnx"], ReferenceModels.Detector);

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task Full_Is503WithRetryAfter_AndFreesItsPlacesAgain()
    {
        await using RunningService service = await StartAsync(("Work:MaxInFlight", "1"), ("Work:RetryAfterSeconds", "7"));
        (SlowPicture slow, Task<HttpResponseMessage> first, HttpResponseMessage second) = await FillAsync(service);
        string detail = await Problem.AssertAsync(second, 503, "full");
        Assert.Contains("1 picture", detail, StringComparison.Ordinal);
        Assert.Equal("7", second.Headers.RetryAfter!.ToString());

        slow.Finish();
        await (await first).JsonAsync();
        await (await service.Client.PostAsync("/detect", Requests.Raw(Small))).JsonAsync();
    }

    [Fact]
    public async Task SlowUpload_DoesNotKeepOthersFromTheirTurn()
    {
        await using RunningService service = await StartAsync(("Work:DecodeWorkers", "1"), ("Batching:ConcurrentRuns", "1"));
        using var slow = new SlowPicture(Small);
        Task<HttpResponseMessage> first = service.Client.PostAsync("/detect", slow);
        await slow.HalfSentAsync();
        await (await service.Client.PostAsync("/detect", Requests.Raw(Small))).JsonAsync();

        slow.Finish();
        await (await first).JsonAsync();
    }

    [Fact]
    public async Task PastTheDeadline_Is504()
    {
        await using RunningService service = await StartAsync(("Work:DeadlineSeconds", "0.01"));
        byte[] large = PictureEncoder.EncodeJpeg(new Picture(4000, 3000)); // Decoding alone takes longer.
        string detail = await Problem.AssertAsync(await service.Client.PostAsync("/detect", Requests.Raw(large)), 504, "deadline-passed");
        Assert.Contains("0.01 s", detail, StringComparison.Ordinal);
        Assert.DoesNotContain(service.Log, entry => entry.Level >= Serilog.Events.LogEventLevel.Error);
    }

    [Theory]
    [InlineData("Images:MaxPixels", "1199")]
    [InlineData("Images:MaxSide", "39")]
    public async Task MorePixelsThanConfigured_Is413(string key, string value)
    {
        await using RunningService service = await StartAsync((key, value));
        string detail = await Problem.AssertAsync(await service.Client.PostAsync("/detect", Requests.Raw(Small)), 413, "picture-too-large");
        Assert.Contains("40×30", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Images:MaxPixels", "1200")]
    [InlineData("Images:MaxSide", "40")]
    public async Task AsManyPixelsAsConfigured_AreTaken(string key, string value)
    {
        await using RunningService service = await StartAsync((key, value));
        await (await service.Client.PostAsync("/detect", Requests.Raw(Small))).JsonAsync();
    }

    private Task<RunningService> StartAsync(params (string Key, string Value)[] settings) =>
        RunningService.StartAsync(_models.Path, settings);

    /// <summary>Sends half a picture to a service with one place, and then another picture, which finds none.</summary>
    private static async Task<(SlowPicture Slow, Task<HttpResponseMessage> First, HttpResponseMessage Second)> FillAsync(RunningService service)
    {
        for (int i = 0; i < 20; i++)
        {
            var slow = new SlowPicture(Small);
            Task<HttpResponseMessage> first = service.Client.PostAsync("/detect", slow);
            await slow.HalfSentAsync();
            for (int j = 0; j < 20; j++)
            {
                HttpResponseMessage second = await service.Client.PostAsync("/detect", Requests.Raw(Small));
                if (second.StatusCode == HttpStatusCode.ServiceUnavailable)
                    return (slow, first, second);
                await Task.Delay(10);
            }

            // A second came in while the first was on its way, and the first was turned away. The client reads that answer
            // only after it has sent everything.
            slow.Finish();
            await first.WaitAsync(TimeSpan.FromSeconds(30)).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        throw new TimeoutException("The service was never full.");
    }

    /// <summary>A picture whose second half is sent when the test says so.</summary>
    private sealed class SlowPicture : HttpContent
    {
        private readonly byte[] _file;
        private readonly TaskCompletionSource _halfSent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SlowPicture(byte[] file)
        {
            _file = file;
            Headers.Add("Content-Type", "image/jpeg");
        }

        /// <summary>Waits until the first half is on its way.</summary>
        public Task HalfSentAsync() => _halfSent.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public void Finish() => _finish.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(_file.AsMemory(0, _file.Length / 2));
            await stream.FlushAsync();
            _halfSent.TrySetResult();
            await _finish.Task;
            await stream.WriteAsync(_file.AsMemory(_file.Length / 2));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _file.Length;
            return true;
        }
    }
}
