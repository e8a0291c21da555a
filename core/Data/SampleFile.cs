using SpikingDetector.Core.Images;

namespace SpikingDetector.Core.Data;

/// <summary>
/// A picture or recording in a file of its own. The folder's name is shared by all files in it: of a million files it
/// would take more memory than everything else about them.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="name">The file's path within it.</param>
public sealed class SampleFile(string folder, string name) : SampleSource
{
    public override string Path => System.IO.Path.Join(folder, name);

    public override Picture ReadPicture() => PictureDecoder.DecodeFile(Path);
}
