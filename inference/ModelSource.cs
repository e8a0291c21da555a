using Microsoft.ML.OnnxRuntime;

namespace SpikingDetector.Inference;

/// <summary>A model to be opened: a file, or the content of one.</summary>
/// <param name="Path">The file, or in messages the name of the content.</param>
/// <param name="Content">What the file would hold; null where it is to be read.</param>
internal sealed record ModelSource(string Path, byte[]? Content = null)
{
    public bool Exists => Content is not null || File.Exists(Path);

    public InferenceSession CreateSession(SessionOptions options) =>
        Content is null ? OnnxRuntime.Open(Path, options) : OnnxRuntime.Open(Content, options);
}
