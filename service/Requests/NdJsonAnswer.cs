using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SpikingDetector.Service.Work;

namespace SpikingDetector.Service.Requests;

/// <summary>
/// Answers the files of a request line by line as they are done. The request may still be under way then, so a client has to read
/// while it sends.
/// </summary>
internal static class NdJsonAnswer
{
    /// <param name="request">The request.</param>
    /// <param name="worker">Does the job.</param>
    /// <param name="job">What to do with each file.</param>
    /// <param name="within">How long each file may take.</param>
    /// <param name="line">What a line says.</param>
    /// <param name="type">How it looks as JSON.</param>
    public static async Task WriteAsync<T, TLine>(
        HttpRequest request,
        RequestWorker worker,
        PictureJob<T> job,
        TimeSpan? within,
        Func<FileOutcome<T>, TLine> line,
        JsonTypeInfo<TLine> type)
    {
        HttpResponse response = request.HttpContext.Response;
        response.ContentType = AnswerType.NdJson;
        await worker.StreamAsync(request, job, within, async (outcome, stop) =>
        {
            using (var json = new Utf8JsonWriter(response.BodyWriter))
                JsonSerializer.Serialize(json, line(outcome), type);
            response.BodyWriter.GetSpan(1)[0] = (byte)'\n';
            response.BodyWriter.Advance(1);
            await response.BodyWriter.FlushAsync(stop);
        });
    }
}
