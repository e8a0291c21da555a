using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Images;

/// <summary>One uploaded file, not yet decoded; dispose of it when its bytes are no longer needed.</summary>
/// <param name="body">Its bytes.</param>
/// <param name="index">Its position among the files of the request, from 0.</param>
/// <param name="name">What the client calls the file; null where it does not say.</param>
/// <param name="problem">Why it cannot be used; null where it can be tried.</param>
internal sealed class Upload(ImageBody body, int index, string? name = null, ProblemException? problem = null) : IDisposable
{
    public int Index => index;

    public string? Name => name;

    /// <summary>Bytes of the file.</summary>
    public int Length => body.Length;

    /// <summary>The file.</summary>
    /// <exception cref="ProblemException">It cannot be used.</exception>
    public ReadOnlyMemory<byte> File => problem is null ? body.Memory : throw problem;

    public void Dispose() => body.Dispose();
}
