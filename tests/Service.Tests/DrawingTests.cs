using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using SpikingDetector.Core.Images;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Work;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>Pictures that are kept with all of their pixels until they are drawn on.</summary>
public sealed class DrawingTests
{
    private const int Workers = 2;
    private const int Pictures = 24;

    [Fact]
    public async Task PicturesThatWaitToBeDrawn_AreNoMoreThanAreDrawnAtOnce()
    {
        using var models = new TemporaryFolder();
        ReferenceModels.ExportTo(models["things.onnx"], ReferenceModels.Detector);
        await using RunningService service = await RunningService.StartAsync(models.Path, ("Work:DecodeWorkers", $"{Workers}"));
        PictureWorker worker = service.Services.GetRequiredService<PictureWorker>();
        using ModelLease lease = service.Services.GetRequiredService<ModelCatalog>().Find("things");
        byte[] file = PictureEncoder.EncodeJpeg(new Picture(64, 48));
        var counting = new Lock();
        int kept = 0, most = 0, drawn = 0;
        var job = new PictureJob<int>(lease.Model, (_, _, _) => Keep(), (_, _) => Draw());
        await Task.WhenAll(Enumerable.Range(0, Pictures).Select(_ => Task.Run(() =>
            worker.DoAsync(file, job, Stopwatch.GetTimestamp(), waits: true, CancellationToken.None))));

        Assert.Equal(Pictures, drawn);
        Assert.InRange(most, 1, Workers);

        // A network has answered, and the picture is still there.
        int Keep()
        {
            lock (counting)
                return most = Math.Max(most, ++kept);
        }

        EncodedPicture Draw()
        {
            Thread.Sleep(20); // Others come meanwhile.
            lock (counting)
                (kept, drawn) = (kept - 1, drawn + 1);
            return PictureEncoder.ToPng(new Picture(1, 1));
        }
    }
}
