using SpikingDetector.Core.Images;

namespace SpikingDetector.Core.Data;

/// <summary>A picture of a binary CIFAR file.</summary>
/// <param name="file">The file.</param>
/// <param name="index">The record's number, from 0.</param>
internal sealed class CifarRecord(CifarFile file, int index) : SampleSource
{
    public override string Path => file.Path;

    public override Picture ReadPicture() => file.ReadPicture(index);

    public override string ToString() => $"{file.Path}, record {index}";
}
