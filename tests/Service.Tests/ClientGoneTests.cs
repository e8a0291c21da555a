using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Tests;

/// <summary>A client that leaves while an error is written to it is no error of the service.</summary>
public sealed class ClientGoneTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientLeavesWhileAnswered_IsNoFault(bool cancelled)
    {
        using var gone = new CancellationTokenSource();
        await using var body = new LeavingStream(gone, cancelled ? new OperationCanceledException() : new IOException());

        Assert.True(await HandleAsync(body, gone.Token));
    }

    [Fact]
    public async Task FaultWhileAnswered_WhereTheClientIsThere_IsNotHidden()
    {
        await using var body = new LeavingStream(null, new IOException());

        await Assert.ThrowsAsync<IOException>(() => HandleAsync(body, CancellationToken.None));
    }

    private async Task<bool> HandleAsync(Stream body, CancellationToken aborted)
    {
        IServiceProvider services = fixture.Service.Services;
        var context = new DefaultHttpContext { RequestServices = services, RequestAborted = aborted };
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        var handler = new ProblemExceptionHandler(
            services.GetRequiredService<ProblemWriter>(), NullLogger<ProblemExceptionHandler>.Instance);
        return await handler.TryHandleAsync(context, new BadHttpRequestException("bad"), CancellationToken.None);
    }

    /// <summary>A connection that breaks at the first byte of the answer.</summary>
    private sealed class LeavingStream(CancellationTokenSource? gone, Exception fault) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            gone?.Cancel();
            return ValueTask.FromException(fault);
        }
    }
}
