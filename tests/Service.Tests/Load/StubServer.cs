using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SpikingDetector.Service.Benchmarks;

namespace SpikingDetector.Service.Tests.Load;

/// <summary>A server that answers as a test wants, on a free port of this machine.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubServer(WebApplication app) => _app = app;

    public Uri Address => ServerAddress.Of(_app);

    /// <param name="answer">Answers a request, of which it is told the number, from 1 on, and the body.</param>
    public static async Task<StubServer> StartAsync(Func<HttpContext, int, byte[], Task> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(ServerAddress.AnyLocal);
        WebApplication app = builder.Build();
        int requests = 0;
        app.Run(async context =>
        {
            int number = Interlocked.Increment(ref requests);
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            await answer(context, number, body.ToArray());
        });
        await app.StartAsync();
        return new StubServer(app);
    }

    public static Task AnswerAsync(HttpContext context, int status, string body, string type = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(body);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
