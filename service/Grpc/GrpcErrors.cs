using Grpc.Core;
using Grpc.Core.Interceptors;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Grpc;

/// <summary>Turns whatever ended a call into its status.</summary>
internal sealed partial class GrpcErrors(ILogger<GrpcErrors> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        UnreadMessages.HasBeenRead(context.GetHttpContext());
        try
        {
            return await continuation(request, context);
        }
        catch (ProblemException problem)
        {
            throw GrpcStatus.Of(problem);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The client has gone or its deadline has passed."));
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            LogUnforeseen(exception);
            throw new RpcException(new Status(StatusCode.Internal, "Something went wrong in the service; its log has more."));
        }
    }
}
