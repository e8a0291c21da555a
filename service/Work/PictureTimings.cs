namespace SpikingDetector.Service.Work;

/// <summary>Where the time of a request went, in milliseconds.</summary>
/// <param name="Decode">From the picture's file to the network's input.</param>
/// <param name="Queue">Waiting for its turn.</param>
/// <param name="Inference">The network's run.</param>
/// <param name="Total">All of it, from the request's headers to the finished answer; the upload too.</param>
internal sealed record PictureTimings(double Decode, double Queue, double Inference, double Total);
